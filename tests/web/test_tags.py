"""Tags on the pages: countries in every language, spellings, lists, and tags that no article has."""

import csv
import io
import urllib.parse

import pytest

from tests.conftest import article
from tests.web.conftest import IRAN, Shelf, served
from tests.web.markup import links, printed, ranks


def test_a_list_counts_what_its_links_lead_to(filled: Shelf) -> None:
    """A spelling leads to the spelling, a country to the country."""
    with served(filled) as browser:
        for page in ("/tags", "/", "/?copies=1"):
            rows = ranks(browser.get(page).body)
            assert len(rows) >= 4
            for address, count in rows.items():
                told = browser.get(address).body
                assert f"{count} article{'' if count == 1 else 's'}" in told.partition("<main")[2], address


def test_a_search_for_a_tags_name_tells_of_its_page(filled: Shelf) -> None:
    """A country in any language, any other tag as it is spelled; nothing for a word that is none."""
    with served(filled) as browser:
        iran, oil, none = (browser.get(f"/search?q={q}").body for q in ("Ir%C3%A1n", "oil", "harbour1"))
    assert '<a href="/tag?name=country%3AIR">3 have the tag <bdi>Iran</bdi></a> in any language' in iran
    assert '<a href="/tag?name=Oil">1 has the tag <bdi>Oil</bdi></a>' in oil
    assert "any language" not in oil
    assert "the tag <bdi>" not in none


@pytest.mark.parametrize(
    ("tags", "name", "count"),
    [
        ((("country:ir",), ("Persia",)), "country:ir&spelling=exact", 1),
        ((("country:ir",), ("Persia",)), "country:IR", 1),
        ((("Country:IR",), ("Persia", "country:music")), "Iran", 1),
        ((("NATO",), ("\uff2e\uff21\uff34\uff2f", "Oil")), "nato", 2),
        ((("Café",), ("Café",)), "café", 2),
    ],
)
def test_odd_tags_are_what_an_archive_takes_them_for(
    shelf: Shelf, tags: tuple[tuple[str, ...], tuple[str, ...]], name: str, count: int
) -> None:
    """A publisher's tag in the shape of an id is none; ways of encoding a letter are one spelling."""
    shelf.put(article(1, tags=tags[0]), article(2, tags=tags[1], tag_ids=IRAN if "Persia" in tags[1] else ()))
    with served(shelf) as browser:
        body = browser.get("/tag?name=" + urllib.parse.quote(name, safe="&=")).body
        places = list(csv.reader(io.StringIO(browser.get("/export/places.csv").body)))
    assert f">{count} article" in body
    assert printed(body, "tag-sites") == [f"example {count}"]
    assert places == [["country", "articles"], *([["IR", "1"]] if "Persia" in tags[1] else [])]


@pytest.mark.parametrize("name", ["Iran", "iran", "Irán", "إيران", "伊朗", "country:IR"])
def test_a_country_is_found_in_every_language(filled: Shelf, name: str) -> None:
    """As by the command line and in Python, whether or not an article spells it so; a word is found as it is."""
    with served(filled) as browser:
        body = browser.get("/tag?" + urllib.parse.urlencode({"name": name})).body
        found = browser.get("/search?" + urllib.parse.urlencode({"tag": name})).body
    assert "<h1><bdi>Iran</bdi></h1>" in body
    assert ">3 articles</a>" in body
    assert "3 articles, newest first" in found


def test_every_country_is_listed_however_rare(shelf: Shelf) -> None:
    """Behind a thousand tags that are all more frequent."""
    often = tuple(f"tag {n}" for n in range(1_000))
    shelf.put(article(1, tags=often), article(2, tags=often), article(3, tags=("Tuvalu",), tag_ids=("country:TV",)))
    with served(shelf) as browser:
        assert ">Tuvalu</bdi>" in browser.get("/tags").body
        assert "TV,1" in browser.get("/export/places.csv").body


def test_a_tag_longer_than_names_are_kept_has_its_articles(shelf: Shelf) -> None:
    """On its page, and by the links there."""
    name = "Long " * 60
    shelf.put(article(1, tags=(name.strip(),)))
    with served(shelf) as browser:
        body = browser.get("/tag?" + urllib.parse.urlencode({"name": name})).body
        found = [browser.get(link).body for link in links(body) if link.startswith("/search?tag=")]
    assert "Article number 1" in body
    assert len(found) == 2
    assert not [page for page in found if "1 article, newest first" not in page]


def test_a_spelling_is_a_link_away(filled: Shelf) -> None:
    """A country's page counts the spelling it was asked by, and the spelling's page the country."""
    with served(filled) as browser:
        country = browser.get("/tag?name=Iran").body
        spelled = browser.get("/tag?name=Iran&spelling=exact").body
        found = browser.get("/search?tag=iran&site=example&spelling=exact").body
        wide = browser.get("/search?tag=iran&site=example").body
        assert '<input type="hidden" name="spelling" value="exact">' in found
        assert "hidden" not in wide.partition("<main")[2].partition("</form>")[0]
        plain = browser.get("/tag?name=Oil").body.partition("<figure")[0].partition('class="figures"')[0]
        plain += browser.get("/search?tag=Oil&site=wire").body
    assert ranks(country.partition('id="tag-spellings"')[2].partition("</section>")[0]) == {
        "/tag?name=Iran&spelling=exact": 2,
        f"/tag?{urllib.parse.urlencode({'name': 'إيران', 'spelling': 'exact'})}": 1,
    }
    assert 'of a country: <a href="/tag?name=country%3AIR">Iran, 3 in any language</a>' in spelled
    assert 'id="tag-spellings"' not in spelled
    assert 'href="/search?tag=country%3AIR&amp;site=example">Iran in every language' in found
    assert 'href="/search?tag=Iran&amp;spelling=exact&amp;site=example">only the spelling' in wide
    assert "spelling=exact" not in plain


def test_a_tag_that_none_has_is_said_with_one_that_was_perhaps_meant(filled: Shelf) -> None:
    """On its page and in search; without a name all tags are shown."""
    with served(filled) as browser:
        missing, found = browser.get("/tag?name=Irna").body, browser.get("/search?tag=Irna&q=rain&site=wire").body
        listed = browser.get("/tag")
    assert 'Did you mean <a href="/tag?name=Iran">' in missing
    assert "<bdi>No article has the tag &#39;Irna&#39;.</bdi> Did you mean <a" in found
    assert 'href="/search?q=rain&amp;tag=Iran&amp;site=wire"' in found
    assert "Fewer words" not in found
    assert (listed.status, listed.headers["location"]) == (307, "/tags")


def test_ids_and_codes_are_shown_by_name(filled: Shelf) -> None:
    """Countries and languages have English names on the page, their codes in exports."""
    with served(filled) as browser:
        body = browser.get("/").body
        assert 'href="/tag?name=country%3AIR"><bdi>Iran</bdi>' in body
        assert 'href="/search?language=ar"><bdi>Arabic</bdi>' in body
        assert "IR,3" in browser.get("/export/places.csv").body
        assert '<option value="ar">Arabic</option>' in browser.get("/search").body
