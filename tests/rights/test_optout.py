"""The opt-out list."""

from pathlib import Path

import pytest

from newsarchive.errors import UsageError
from newsarchive.rights.optout import OptOut

LIST = """\
# by mail, 2026-11-20
news.example
  www.other.example   # all of it
https://blog.example/anna/
paper.example/archive/2020
Müller.example
127.0.0.1:8080
[::1]
"""


@pytest.mark.parametrize(
    ("url", "covered"),
    [
        ("https://news.example/", True),
        ("http://NEWS.example:8080/a?b", True),
        ("https://www.news.example/a", True),
        ("https://amp.news.example/a", True),
        ("https://news.example./a", True),
        ("https://user@news.example/a", True),
        ("https://badnews.example/", False),
        ("https://news.example.org/", False),
        ("https://other.example/a", True),
        ("https://example/", False),
        ("https://blog.example/anna/2026", True),
        ("https://blog.example/x/../anna/2026", True),
        ("https://blog.example/%61nna/2026", True),
        ("https://blog.example/anna", False),
        ("https://blog.example/bert/", False),
        ("https://www.paper.example/archive/2020/05", True),
        ("https://paper.example/archive/2021", False),
        ("https://xn--mller-kva.example/a", True),
        ("https://müller.example/a", True),
        ("http://127.0.0.1/a", True),
        ("http://[::1]/a", True),
        ("https://", False),
        ("http://[broken/", False),
    ],
)
def test_covers(tmp_path: Path, url: str, covered: bool) -> None:  # noqa: FBT001 - the expected value
    """A host with all below it, whatever scheme, port or www; an address with all that begins like it."""
    path = tmp_path / "optout.txt"
    path.write_text(LIST, encoding="utf-8-sig")
    assert OptOut.read(str(path)).covers(url) is covered


@pytest.mark.parametrize("line", ["*", "news example", "*.news.example", "ftp://news.example/", "/path", "https://"])
def test_a_line_that_cannot_be_obeyed_is_refused(tmp_path: Path, line: str) -> None:
    """With the file and the line's number: half a list would be worse."""
    path = tmp_path / "optout.txt"
    path.write_text(f"news.example\n{line}\n")
    with pytest.raises(UsageError, match=r"optout.txt line 2"):
        OptOut.read(str(path))


def test_a_list_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """A missing file, a folder, bytes that are no text; no file is asked for without the setting."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xff")
    for name in ("missing", ".", "binary"):
        with pytest.raises(UsageError, match="NEWSARCHIVE_OPT_OUT"):
            OptOut.read(str(tmp_path / name))
    assert not OptOut.read("").covers("https://news.example/")
