"""What leaves us is legible and acts nowhere."""

import csv
import io
import json

import pytest

from newsarchive.harmless import csv_cell, json_text, url_line, visible
from tests.hostile import FORMULAS, TEXTS, URLS

csv.field_size_limit(2_000_000)
ACTING = frozenset(map(chr, (*range(9), *range(0xB, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F)))) | frozenset(
    map(chr, (0x2028, 0x2029, *range(0x2066, 0x206A), 0xFEFF, *range(0xD800, 0xE000)))
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain, États-Unis\n\tالعراق 伊拉克", "plain, États-Unis\n\tالعراق 伊拉克"),
        ("\x1b[31mred\x07\x00", "␛[31mred␇␀"),
        ("\x9b31m\x7f\x85", "␡31m␡␡"),
        ("one\r\ntwo\rthree", "one\ntwo␍three"),
        ("a\u202eb\u2066c\u2069\ufeffd", "abcd"),
        ("a\u2028b\u2029c", "a b c"),
        ("\ud800x\udfff", "\ufffdx\ufffd"),
        ("می\u200cخواهم 👩\u200d💻", "می\u200cخواهم 👩\u200d💻"),
    ],
)
def test_visible(text: str, expected: str) -> None:
    """Control characters are signs, what turns the order of others is gone, scripts are spelled as before."""
    assert visible(text) == expected


@pytest.mark.parametrize("text", [*TEXTS, *URLS])
def test_nothing_hostile_acts(text: str) -> None:
    """As text, in a cell, in JSON, as an address; and JSON means what it meant."""
    assert not ACTING.intersection(visible(text))
    assert not ACTING.intersection(csv_cell(text))
    assert not ACTING.union("\n\t ").intersection(url_line(text))
    written = json_text({"text": text})
    assert not ACTING.union("<\n\t").intersection(written)
    assert (
        json.loads(written)["text"].encode()
        == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    )


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    """An apostrophe stands first: the text goes on behind it."""
    assert csv_cell(text) == f"'{visible(text)}"
    assert csv_cell([text, "x"]) == f"'{visible(text)}; x"


@pytest.mark.parametrize("value", ["", " ", "1=1", "a-b", "'quoted' - text", "plain", 3, -1.5, None, True])
def test_other_cells_are_as_they_were(value: object) -> None:
    """Numbers are numbers."""
    assert csv_cell(value) is value or csv_cell(value) == value


def test_cells_survive_a_reader() -> None:
    """Rows stay rows, whatever stands in them."""
    out = io.StringIO()
    csv.writer(out).writerows([csv_cell(text), "x"] for text in TEXTS)
    assert [row[-1] for row in csv.reader(io.StringIO(out.getvalue(), newline=""))] == ["x"] * len(TEXTS)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?b=c&d=é#f", "https://example.org/a?b=c&d=é#f"),
        ("java\nscript:x", "java%0Ascript:x"),
        ("https://example.org/a b\x1b\x9b", "https://example.org/a%20b%1B%C2%9B"),
        ("https://example.org/\ud800", "https://example.org/%3F"),
    ],
)
def test_an_address_is_one_line(url: str, expected: str) -> None:
    """The same address, encoded."""
    assert url_line(url) == expected
