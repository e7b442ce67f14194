"""Meta elements found without a parser."""

import pytest

from newsarchive.rights.metas import metas

ROBOTS = [("robots", "noarchive")]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (b'<meta name="robots" content="noarchive">', ROBOTS),
        (b"<META CONTENT='noarchive' NAME=ROBOTS />", ROBOTS),
        (b"<meta\n name = robots\n content = noarchive\n>", ROBOTS),
        (b'<meta name="robots" content="noarchive"/><p>', ROBOTS),
        (b'<meta http-equiv="X-Robots-Tag" content="noarchive">', [("x-robots-tag", "noarchive")]),
        (b'<meta name="d" content="a > b"><meta name="robots" content="noarchive">', [("d", "a > b"), *ROBOTS]),
        (b"<meta name=d content=\"'<meta name=robots content=x>'\">", [("d", "'<meta name=robots content=x>'")]),
        (b'<meta name="d" content="&lt;&quot;caf\xc3\xa9">', [("d", '<"caf\u00e9')]),
        (b'<meta name="robots" name="x" content="noarchive">', ROBOTS),
        (b'<meta property="robots" content="noarchive"><metadata name="robots" content="noarchive">', []),
        (b'<!-- <meta name="robots" content="noarchive"> -->', []),
        (b'<script>"<meta name=robots content=noarchive>"</script><meta name=robots content=noarchive>', ROBOTS),
        (b"<STYLE><meta name=robots content=noarchive></STYLE ><meta name=robots content=noarchive>", ROBOTS),
        (b"<title><meta name=robots content=noarchive></title>", []),
        (b"<noscript><meta name=robots content=noarchive></noscript>", ROBOTS),
        (b'<script src="a"><meta name=robots content=noarchive>', []),
        (b'<meta name="robots" content="noarchive', []),
        (b"<meta", []),
        (b"<meta>", []),
        (b"", []),
        (b"\x00\xff<meta name=robots\x00 content=noarchive>", [("robots\x00", "noarchive")]),
        ('<meta name="robots" content="noarchive">'.encode("utf-16"), ROBOTS),
        (b" " * (1 << 20) + b"<meta name=robots content=noarchive>", []),
    ],
)
def test_metas(page: bytes, expected: list[tuple[str, str]]) -> None:
    """Any case, order and quotes; nothing out of comments, scripts and titles; only the first MiB."""
    assert list(metas(page)) == expected


@pytest.mark.parametrize(
    "part", [b"<meta ", b"<meta '", b'<meta a="', b"<!--", b"<script ", b"<", b'<meta a="">', b"<!-- --"]
)
def test_no_page_takes_long(part: bytes) -> None:
    """However a mebibyte is made, it is read once, and no more than so many elements of it."""
    page = part * ((1 << 20) // len(part))
    assert len(list(metas(page))) <= 1000
