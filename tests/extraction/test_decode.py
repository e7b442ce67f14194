"""Bytes become the text their publisher meant, whatever charset was declared."""

import pytest

from newsarchive.extraction.decode import MAX_BYTES, decode

RUSSIAN = "<html><head>{}</head><body><p>Ирак и Иран ведут переговоры о границе</p></body></html>"  # noqa: RUF001 - other scripts have signs of their own
CHINESE = "<html><head>{}</head><body><p>伊拉克和美国举行战略对话，讨论撤军时间表</p></body></html>"  # noqa: RUF001 - other scripts have signs of their own


def meta(charset: str) -> str:
    """A charset declaration."""
    return f'<meta charset="{charset}">'


@pytest.mark.parametrize(
    ("text", "encoding", "header"),
    [
        (RUSSIAN.format(meta("utf-8")), "utf-8", ""),
        (RUSSIAN.format(meta("windows-1251")), "cp1251", ""),
        (RUSSIAN.format(""), "cp1251", "windows-1251"),
        (RUSSIAN.format(meta("iso-8859-1")), "utf-8", "iso-8859-1"),
        (CHINESE.format(meta("gb2312")), "gb18030", ""),
        (CHINESE.format(meta("gb2312")), "utf-8", ""),
        (CHINESE.format(meta("big5")), "gb18030", "gbk"),
        ("<p>naïve café “quoted”</p>", "cp1252", "iso-8859-1"),
        (RUSSIAN.format(""), "utf-8-sig", "windows-1251"),
        (RUSSIAN.format(""), "utf-16", ""),
    ],
)
def test_declared_or_evident_charset(text: str, encoding: str, header: str) -> None:
    """BOM, valid UTF-8, header and meta element are believed in this order, if they fit."""
    assert decode(text.encode(encoding), header) == text


def test_undeclared_charset_is_detected() -> None:
    """Without any declaration the bytes themselves tell."""
    text = RUSSIAN.format("").replace("границе", "границе и о воде, которую обе страны делят уже сорок лет")  # noqa: RUF001 - other scripts have signs of their own
    assert "переговоры" in decode(text.encode("cp1251"))


def test_unknown_charset_is_no_error() -> None:
    """A charset nobody knows is as good as none."""
    assert decode(b"<p>plain</p>", "x-no-such-charset") == "<p>plain</p>"


def test_control_characters_are_removed() -> None:
    """NULs, other control characters, non-characters and surrogates do not reach the record."""
    assert decode("a\0b\x08c\x1fd\ufffee\x7ff\n\tg".encode()) == "abcdef\n\tg"


def test_length_is_bounded() -> None:
    """What lies beyond the limit is not decoded."""
    assert len(decode(b"x" * (MAX_BYTES + 1000))) == MAX_BYTES


def test_a_character_cut_in_two_is_left_out() -> None:
    """A page cut within a character is still UTF-8."""
    assert decode("prix: 5 €".encode()[:-1]) == "prix: 5 "
