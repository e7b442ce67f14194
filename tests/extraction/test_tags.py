"""The tags of an article: found where publishers put them, clean, and not those of other boxes."""

import json

import pytest

from newsarchive.extraction import extract
from tests.extraction.making import news, page

URL = "https://example.com/world/harbour-closed-2026"
PORTS = ("Ports", "Iraq")
SITE = '<meta property="og:site_name" content="The Daily Quay">'


def links(*names: str, folder: str = "/topics/", inside: str = "") -> str:
    """Links to pages of topics."""
    return " ".join(f'<a href="{folder}{name.lower().replace(" ", "-")}"{inside}>{name}</a>' for name in names)


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        ("Ports, Iraq", PORTS),
        ("Ports;Iraq", PORTS),
        ("Ports | Iraq", PORTS),
        ("港口、伊拉克，經濟", ("港口", "伊拉克", "經濟")),  # noqa: RUF001 - the signs of Chinese
        ("موانئ، العراق", ("موانئ", "العراق")),
        ("  Ports ,\n Iraq  ", PORTS),
        ("#Ports, #Iraq", PORTS),
        ("R&amp;amp;D, Caf&amp;eacute;s", ("R&D", "Cafés")),
        ("Ports, PORTS, ports, Pörts, Iraq", PORTS),
        ("ＩＲＡＱ, Iraq, Ports", ("ＩＲＡＱ", "Ports")),  # noqa: RUF001 - wide letters are the case
        ("Iraq, Ports", ("Iraq", "Ports")),
        ("WC: 1000, Ports, Iraq", PORTS),
        ("world/asia/iraq/, Ports, Iraq", PORTS),
        ("4711, 12-9, Ports, 0f8fad5b-d9cb-469f-a165-70867728950e, Iraq", PORTS),
        ("https://example.com/iraq, Ports, Iraq", PORTS),
        ("The Daily Quay, Ports, Iraq", PORTS),
        ("example.com, Ports, Iraq", PORTS),
        ("_paywall, sports_template_wide, Ports, Iraq", PORTS),
        ("featured on homepage, Top-Thema, Ports, Iraq, None", PORTS),
        ("Subject: Ports, Topic: Iraq", PORTS),
        ("topic/ports, topic/iraq", ("ports", "iraq")),
        ("[&quot;Ports&quot;, &quot;Iraq&quot;]", PORTS),
        ("[&quot;Ports, old and new&quot;, &quot;Iraq&quot;]", ("Ports, old and new", "Iraq")),
        ("[Ports, Iraq]", PORTS),
        ("A1, B2, C3, D4, E5, F6, G7", ()),
        ("Ports, " + "very long " * 9, ("Ports",)),
        ("", ()),
        (",,, ;", ()),
    ],
)
def test_keywords_become_tags(contents: str, expected: tuple[str, ...]) -> None:
    """Split, trimmed, unescaped, `#` removed, unique across case, accents and width, in order, without noise."""
    head = f'{SITE}<meta name="news_keywords" content="{contents}">'
    assert extract(page(head=head), URL).tags == expected


@pytest.mark.parametrize(
    ("head", "node"),
    [
        ("", {"keywords": "Ports, Iraq"}),
        ("", {"keywords": ["Ports", "Iraq"]}),
        ("", {"keywords": [{"@type": "DefinedTerm", "name": "Ports"}, {"@type": "DefinedTerm", "name": "Iraq"}]}),
        ('<meta name="news_keywords" content="Ports, Iraq">', None),
        ('<meta property="article:tag" content="Ports"><meta property="article:tag" content="Iraq">', None),
        ('<meta property="article:tag" content="Ports, Iraq">', None),
        ('<meta name="keywords" content="Ports, Iraq">', None),
        ('<meta itemprop="keywords" content="Ports, Iraq">', None),
        ('<meta name="parsely-tags" content="Ports,Iraq">', None),
        ('<meta name="sailthru.tags" content="Ports, Iraq">', None),
        ('<meta name="dc.subject" content="Ports, Iraq">', None),
        ('<meta name="cXenseParse:xyz-keywords" content="Ports, Iraq">', None),
        ('<meta name="classification-tags" content="Ports,Iraq">', None),
        ('<meta name="dcterms.subject" content="Ports, Iraq">', None),
        ('<meta property="article:tag" content="Ports,Iraq,IRAQ"><meta property="article:tag" content="ports">', None),
        ("", {"about": [{"@type": "Thing", "name": "Ports"}, {"@type": "Place", "name": "Iraq"}]}),
        ("", {"mainEntity": {"@type": "VideoObject", "keywords": ["Ports", "Iraq"]}}),
    ],
)
def test_places_of_metadata(head: str, node: dict[str, object] | None) -> None:
    """Every place that publishers state tags in is read."""
    assert extract(page(head=head, node=news(**node) if node else None), URL).tags == PORTS


TAGGED = links("Ports", "Iraq", folder="/tag/", inside=" rel=tag")
LISTED = f"<ul><li>{links('Ports')}</li><li>{links('Iraq')}</li></ul>"
PLAIN = links("Ports", "Iraq", folder="/news/")


@pytest.mark.parametrize(
    "after",
    [
        f'<ul class="m-tags-list"><li>{links("Ports")}</li><li>{links("Iraq")}</li></ul>',
        f'<div class="tags">{links("Ports", "Iraq")}</div>',
        f'<div class="article-topics">{PLAIN}</div>',
        f'<div class="field field--name-field-tags">{links("Ports", "Iraq", folder="/taxonomy/term/")}</div>',
        f"<p><span>Tags:</span> {PLAIN}</p>",
        f"<section><div><div><h4>Mehr lesen über</h4></div></div>{LISTED}</section>",
        f'<div data-component="tags">{PLAIN}</div>',
        f'<div data-tags-box="">{PLAIN}</div>',
        f'<div class="tags-carousel">{PLAIN}</div>',
        f"<div>{TAGGED}</div>",
        f'<footer class="entry-meta"><span class="footer-tags">{PLAIN}</span></footer>',
        f'<div class="footer"><div class="tags">{PLAIN}</div></div>',
        f'<div class="post-metadata-footer"><p class="x">{TAGGED}</p></div>',
        f'<div class="tags">{links("Ports", "Iraq")}<a href="/share"></a><a href="/mail"></a></div>',
        f'<div><a href="/category/world" rel="category">World</a> {TAGGED}</div>',
        *(
            f"<ul><li>{links('Ports', folder=folder)}</li><li>{links('Iraq', folder=folder)}</li></ul>"
            for folder in ("/thema/", "/tema/", "/etiqueta/", "/keyword/", "/emne/", "/tag/", "/search/label/")
        ),
    ],
)
def test_lists_on_the_page(after: str) -> None:
    """The list that belongs to the article, in whatever markup."""
    assert extract(page(after=after), URL).tags == PORTS


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('var dataLayer = [{"page": {"tags": ["Harbour", "Iraq"]}}];', ("Harbour", "Iraq")),
        ('window.__DATA__ = {"article": {"topics": [{"name": "Harbour"}, {"name": "Iraq"}]}}', ("Harbour", "Iraq")),
        ('window.state = {"Keywords": "Harbour, Iraq"}', ("Harbour", "Iraq")),
        (r'self.__next_f.push([1, "{\"article_tags\":[\"Harbour\",\"Iraq\"]}"])', ("Harbour", "Iraq")),
        # Keywords that nothing on the page speaks of are a machine's.
        ('{"name": "loader", "keywords": ["xhr", "ajax", "promise"]}', ()),
        ('{"tags": ["template-wide", "audio-enabled", "no-video"]}', ()),
        ('{"tags": ["Harbour"', ()),
    ],
)
def test_scripts(script: str, expected: tuple[str, ...]) -> None:
    """The last resort: lists in a page's scripts, where the article's words confirm one."""
    assert extract(page(head=f"<script>{script}</script>"), URL).tags == expected


@pytest.mark.parametrize(
    "box",
    [
        f'<nav class="menu">{links("Sport", "Money")}</nav>',
        f'<div class="trending-tags">{links("Sport", "Money")}</div>',
        f'<div class="related-articles"><div class="tags">{links("Sport", "Money")}</div></div>',
        f'<aside class="sidebar"><div class="tagcloud">{links("Sport", "Money", folder="/tag/")}</div></aside>',
        f'<footer><div class="topics">{links("Sport", "Money")}</div></footer>',
        f'<div class="most-read"><ul class="topics"><li>{links("Sport")}</li><li>{links("Money")}</li></ul></div>',
    ],
)
@pytest.mark.parametrize("tags", [PORTS, ()])
def test_other_boxes(box: str, tags: tuple[str, ...]) -> None:
    """Navigation, trending and related boxes give no tags, whether or not the article has its own."""
    own = f'<div class="tags">{links(*tags)}</div>' if tags else ""
    html = page(after=own).replace(b"</main>", b"</main>" + box.encode())
    assert extract(html, URL).tags == tags


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # What holds the headline is no other part of the page, whatever it is called.
        ("<div class='sidebar-wide'><h1>The harbour is closed</h1>{text}<div class='tags'>{tags}</div></div>", PORTS),
        ("<header id='top'><h1>The harbour is closed</h1>{text}<div class='tags'>{tags}</div></header>", PORTS),
        ("<div class='has-sidebar'>{text}<div class='tags'>{tags}</div></div>", PORTS),
        ("<div class='sidebar'><div class='post-tags'>{tags}</div></div>{text}", PORTS),
        ("<div class='sidebar'><h1>Top stories</h1></div><h1>The harbour is closed</h1>{text}", ()),
    ],
)
def test_layouts(body: str, expected: tuple[str, ...]) -> None:
    """Names of the layout do not hide the article's own list."""
    text = "".join(f"<p>{n}. The harbour was closed before dawn and by noon no ship had moved.</p>" for n in "ABCDE")
    html = f"<html lang='en'><title>The harbour is closed</title><body>{body}</body></html>"
    assert extract(html.format(text=text, tags=links(*PORTS)).encode(), URL).tags == expected


@pytest.mark.parametrize(
    ("head", "after", "expected"),
    [
        # A list on the page, confirmed, is preferred to keywords that say more.
        ("keywords: ports, iraq, news", f'<div class="tags">{links("Ports", "Iraq")}</div>', PORTS),
        # A sure list on the page is preferred to keywords of the whole site.
        ("keywords: news, politics, opinion", f'<div class="tags">{links("Ports", "Iraq")}</div>', PORTS),
        # The best confirmed of several.
        (
            "news_keywords: ports, iraq, trade",
            f'<p class="tags">{links("Ports", "Iraq")}</p><p class="topics">{links("Ports", "Iraq", "Trade")}</p>',
            ("Ports", "Iraq", "Trade"),
        ),
        # A list shown in parts is the stated one.
        (
            "news_keywords: Ports, Iraq, Anna Bell",
            f'<div class="topics">{links("Ports", "Iraq")}</div><div><p class="tags">{links("Anna Bell")}</p></div>',
            ("Ports", "Iraq", "Anna Bell"),
        ),
        # Neighbours of one name are one list.
        (
            "",
            "".join(f'<div><p class="tags">{links(name)}</p></div>' for name in PORTS),
            PORTS,
        ),
        # Two places that agree are preferred to one that says more.
        ("news_keywords: Ports, Iraq; keywords: Ports, Iraq; article:tag: Ports, Iraq, wideimage, web", "", PORTS),
        # The words of the address are no tags.
        ("news_keywords: harbour, closed, world, 2026, is; article:tag: Iraq", "", ("Iraq",)),
    ],
)
def test_places_that_disagree(head: str, after: str, expected: tuple[str, ...]) -> None:
    """What a reader sees is preferred, then what two places say alike."""
    pairs = (entry.split(": ") for entry in head.split("; ") if entry)
    metas = "".join(f'<meta {"property" if ":" in name else "name"}="{name}" content="{text}">' for name, text in pairs)
    assert extract(page(head=metas, after=after), URL).tags == expected


def test_tags_are_bounded() -> None:
    """A list of thousands is cut, and so is a single endless string."""
    many = json.dumps([f"Tag number {n}" for n in range(5000)])
    head = f'<meta name="keywords" content="{"a b, " * 100_000}">'
    found = extract(page(head=head, node=news(keywords=json.loads(many))), URL).tags
    assert len(found) == 60
    assert found[0] == "Tag number 0"


def test_a_label_that_is_a_link_is_no_tag() -> None:
    """The label before the list may lead to all topics: it neither is a tag nor makes the list look like another."""
    after = f'<p class="keywords"><a href="/topics/">Topics:</a> {links("Ports")}</p>'
    head = '<meta name="keywords" content="news, coast, weather">'
    assert extract(page(head=head, after=after), URL).tags == ("Ports",)


def test_what_a_page_sets_aside_comes_after_the_articles_own_list() -> None:
    """Topics of the whole site stand in an aside beside the article, under the better name."""
    aside = f'<aside><div class="topics">{links("Weather", "Sport", "Elections")}</div></aside>'
    after = f'<div class="links">Topics: {links(*PORTS)}</div></article>{aside}<article>'
    assert extract(page(after=after), URL).tags == PORTS


POST = '<article class="post-7 type-post hentry category-world {classes}"><h2>A ship</h2>{inner}</article>'


@pytest.mark.parametrize(
    ("classes", "inner", "expected"),
    [
        ("tag-sea-trade tag-ports tag-iraq", "", ("sea trade", "ports", "iraq")),
        (
            "tag-haefen tag-sea-trade",
            '<ul class="tags"><li><a href="/tag/a">A</a></li></ul><ul class="topics"><li><a href="/tag/h">Häfen</a></li><li><a href="/tag/s">Sea trade</a></li></ul>',  # noqa: E501 - a line of a page
            ("Häfen", "Sea trade"),
        ),
        ("tag-1203 tag-1204 tag-1205", "", ()),
    ],
)
def test_classes_of_a_post(classes: str, inner: str, expected: tuple[str, ...]) -> None:
    """WordPress names a post's tags in its classes: they tell which list is its own, and stand in for one."""
    html = page(after=POST.format(classes=classes, inner=inner))
    assert extract(html, URL).tags == expected


def test_classes_of_several_posts_tell_nothing() -> None:
    """They are of the articles that a page lists."""
    posts = "".join(POST.format(classes=f"tag-a{i} tag-b{i} tag-c{i}", inner="") for i in range(3))
    assert extract(page(after=posts), URL).tags == ()
