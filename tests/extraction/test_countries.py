"""Tags become ids of countries in many languages, and never a wrong one."""

from pathlib import Path

import pytest

from newsarchive.extraction.countries import country, tag_ids

HERE = Path(__file__).parent


def rows(name: str) -> list[list[str]]:
    """The tab-separated lines of a list, without its comments."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("name", "tags", "languages"),
    [("country_tags.txt", 150, 15), ("country_tags_held_out.txt", 600, 50), ("country_tags_fresh.txt", 340, 60)],
)
def test_real_tags_are_resolved_and_none_wrongly(name: str, tags: int, languages: int) -> None:
    """At least 92 % of each list are right; none has a wrong id."""
    found = [(country(tag, language), code, tag) for language, code, tag in rows(name)]
    assert len(found) >= tags
    assert len({language for language, *_ in rows(name)}) >= languages
    assert [row for row in found if row[0] not in {"", row[1]}] == []
    assert sum(got == code for got, code, _ in found) >= 0.92 * len(found)


@pytest.mark.parametrize("name", ["country_lookalikes.txt", "country_lookalikes_fresh.txt"])
def test_look_alikes_get_no_id(name: str) -> None:
    """Of the look-alikes at most one gets an id."""
    lookalikes = rows(name)
    assert len(lookalikes) >= 140
    assert len([tag for language, tag in lookalikes if country(tag, language)]) <= 1


@pytest.mark.parametrize(
    ("tag", "language", "expected"),
    [
        # A name as short as this counts only as it is written.
        ("Çad", "tr", "TD"),
        ("CAD", "tr", ""),
        ("Irã", "pt", "IR"),
        ("IRA", "pt", ""),
        ("Nga", "vi", "RU"),
        ("nga", "vi", ""),
        ("قطر", "ar", "QA"),
        ("中国", "zh", "CN"),
        ("usa", "sv", "US"),
        ("u.s.", "en", "US"),
        ("U.S.A.", "en", "US"),
        ("us", "en", ""),
        ("US", "fr", ""),
        # Two names of one country; not a place in another country.
        ("United States (US)", "en", "US"),
        ("Myanmar", "ja", "MM"),
        ("ミャンマー", "ja", "MM"),
        ("Granada (Nicaragua)", "en", ""),
        ("Georgia (Atlanta)", "en", ""),
        # Signs and letters that are written in several ways.
        ("Cote d\u2019Ivoire", "en", "CI"),
        ("KIRGIZİSTAN", "tr", "KG"),
        ("les États-Unis", "fr", "US"),
    ],
)
def test_country(tag: str, language: str, expected: str) -> None:
    """One tag in one language."""
    assert country(tag, language) == expected


@pytest.mark.parametrize(
    ("tags", "language", "expected"),
    [
        (["Irak", "États-Unis", "Iran"], "fr", ("country:IQ", "country:US", "country:IR")),
        (["Iraq", "Politics", "iraq"], "en", ("country:IQ",)),
        (["Georgia", "Armenia"], "en", ("country:GE", "country:AM")),
        (["Georgia", "Atlanta"], "en", ()),
        (["Jordan", "Israel"], "en", ("country:JO", "country:IL")),
        (["جورجيا", "أرمينيا"], "ar", ("country:GE", "country:AM")),
        (["ジョージア", "大統領選"], "ja", ()),
        (["عمان", "إيران"], "ar", ("country:OM", "country:IR")),
        (["Guiné", "Senegal"], "pt", ("country:GN", "country:SN")),
        (["Island"], "de", ("country:IS",)),
        (["Island"], "en", ()),
        (["Ирак"], "und", ("country:IQ",)),
        ([], "en", ()),
    ],
)
def test_tag_ids(tags: list[str], language: str, expected: tuple[str, ...]) -> None:
    """Ids come in the tags' order, once each; an ambiguous name needs a neighbour."""
    assert tag_ids(tags, language) == expected
