"""Who wrote an article: metadata, visible bylines, and persons before organisations."""

from typing import Any

import pytest

from newsarchive.extraction import extract
from tests.extraction.making import PROSE, news, page

URL = "https://news.example.org/world/closed"
OUTLET = '<meta property="og:site_name" content="The Daily Quay">'
CHINESE = (
    "港口在黎明前就关闭了而且到中午没有一艘船移动。在这里工作了三十年的领航员说他从未见过这样的事情。",
    "没有人愿意解释这个星期天签署的命令。一个小时以后电台播出了这个消息让整个城市都感到非常意外。",
    "渔民们带着折好的渔网聚集在码头上等待港务局的消息。他们中的许多人从昨天晚上起就没有回过家。",
)


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="author" content="Anna Bell">',
        '<meta name="DC.creator" content="Anna Bell">',
        '<meta name="parsely-author" content="Anna Bell">',
        '<meta name="sailthru.author" content="Anna Bell">',
        '<meta property="article:author" content="Anna Bell">',
        '<meta name="twitter:label1" content="Verfasst von"><meta name="twitter:data1" content="Anna Bell">',
        '<meta name="twitter:misc:Written by" content="Anna Bell">',
    ],
)
def test_meta_elements(head: str) -> None:
    """Plain, Dublin Core, Parsely, Sailthru, OpenGraph and card labels name the author."""
    assert extract(page(head=head), URL).authors == ("Anna Bell",)


def test_a_card_label_of_another_kind_is_no_author() -> None:
    """The same card also tells the reading time."""
    head = '<meta name="twitter:label1" content="Est. reading time"><meta name="twitter:data1" content="3 minutes">'
    assert extract(page(head=head), URL).authors == ()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('<div itemprop="author"><span itemprop="name">Anna Bell</span></div>', ("Anna Bell",)),
        ('<a rel="author" href="/a/1">Bio</a><a rel="author" href="/a/1">Anna Bell</a>', ("Anna Bell",)),
        (
            '<div class="article-byline"><i class="s">Anna Bell</i><i class="s">Tom Reed</i></div>',
            ("Anna Bell", "Tom Reed"),
        ),
        ('<p class="byline">Von Anna Bell, Frankfurt</p>', ("Anna Bell",)),
        ('<p class="byline">By Anna Bell and Reuters</p>', ("Anna Bell", "Reuters")),
        ('<p class="author">Anna Bell The Daily Quay</p>', ("Anna Bell",)),
        ("<ul><li><strong>Autorin/Autor</strong> Anna Bell</li></ul>", ("Anna Bell",)),
        ("<p>Posted by Konstantin</p>", ("Konstantin",)),
        ("<p>Posted by the harbour office at noon on a day in June</p>", ()),
        ("<p><strong>Anna Bell/Tom Reed</strong></p>", ("Anna Bell", "Tom Reed")),
        ("<p><strong>Fishermen Gathered</strong></p>", ()),
        ("<p><strong>Anna Bell</strong> went to the harbour</p>", ()),
    ],
)
def test_visible_bylines(before: str, expected: tuple[str, ...]) -> None:
    """Bylines as pages show them: places, departments and headings are no persons, agencies are kept."""
    prose = "".join(f"<p>{p} All the fishermen had gathered early.</p>" for p in PROSE)
    assert extract(page(head=OUTLET, before=before, body=prose), URL).authors == expected


@pytest.mark.parametrize(
    ("stated", "before", "expected"),
    [
        ("The Daily Quay", '<p class="byline">By Anna Bell</p>', ("Anna Bell",)),
        ("The Daily Quay", "", ("The Daily Quay",)),
        ("Associated Press", '<p class="byline">By Anna Bell</p>', ("Anna Bell",)),
        ("Associated Press", '<p class="byline">Associated Press agency</p>', ("Associated Press",)),
        ("jb17", '<p class="byline">By Anna Bell</p>', ("Anna Bell",)),
        ("Tom Reed", '<p class="byline">By Anna Bell</p>', ("Tom Reed",)),
        ("Tom Reed", "<p>By Tom Reed and Anna Bell</p>", ("Tom Reed", "Anna Bell")),
        ("admin", "", ()),
    ],
)
def test_persons_before_organisations(stated: str, before: str, expected: tuple[str, ...]) -> None:
    """The outlet, an agency or a user's name in the metadata yields to the person in the byline."""
    html = page(head=OUTLET, before=before, node=news(author={"@type": "Organization", "name": stated}))
    assert extract(html, URL).authors == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("作者\uff1a山石", ("山石",)),
        ("编辑\uff1a山石", ("山石",)),
        ("编辑\uff1a佚名", ()),
        ("晨报记者 王建宏 张文攀", ("王建宏", "张文攀")),
        ("本报记者王建宏发自北京", ("王建宏",)),
        ("\uff08张峰 上海报道\uff09", ("张峰",)),
        ("2004年7月16日 [ 黄宇 ] 来源\uff1a晨报", ("黄宇",)),
        ("来源\uff1a晨报", ()),
        ("在场的记者都很惊讶", ()),
    ],
)
def test_chinese_bylines(line: str, expected: tuple[str, ...]) -> None:
    """Chinese bylines are known by their words, not by markup."""
    html = page(
        title="港口已经关闭", lang="zh", before=f"<div>{line}</div>", body="".join(f"<p>{p}</p>" for p in CHINESE)
    )
    assert extract(html, URL).authors == expected


@pytest.mark.parametrize(
    "node",
    [
        {"@graph": [{"@type": "Person", "@id": "#a", "name": "Anna Bell"}, news(author={"@id": "#a"})]},
        {"@type": "WebPage", "mainEntity": news(author=["Anna Bell"])},
        {"@graph": [news(headline="Another one", author="Tom Reed"), news(author={"name": ["Anna Bell"]})]},
    ],
)
def test_json_ld_graphs(node: dict[str, Any]) -> None:
    """References are followed, nested articles found, and of several articles the page's own is read."""
    assert extract(page(node=node), URL).authors == ("Anna Bell",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # A topic's page is no author's, and a name in running text is no byline.
        ('<a href="/person/max-power">Max Power</a>', ""),
        ("", f'<p>The order was signed by <a href="/people/max-power">Max Power</a>, who said: {PROSE[0]}</p>'),
        # Columnists whom the page lists far from the headline.
        ("", "".join(f'<a href="/s/{n}">{n}</a>' for n in range(20)) + '<a href="/author/max-power">Max Power</a>'),
    ],
)
def test_a_link_to_somebody_is_not_always_a_byline(before: str, after: str) -> None:
    """A link names the author where it stands at the headline, and outside of running text."""
    assert extract(page(head=OUTLET, before=before, after=after), URL).authors == ()


def test_a_person_in_the_metadata_goes_before_a_part_of_the_outlet() -> None:
    """JSON-LD says that the staff wrote it, a meta element who did."""
    head = OUTLET + '<meta property="article:author" content="Anna Bell">'
    assert extract(page(head=head, node=news(author={"name": "Quay staff"})), URL).authors == ("Anna Bell",)
    assert extract(page(head=OUTLET, node=news(author={"name": "Quay staff"})), URL).authors == ("Quay staff",)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Anna Bell, Journal Staff", ("Anna Bell",)),
        ("The Daily Quay, Harbourtown, Norway", ("The Daily Quay",)),
        ("The Daily Quay, Reuters", ("Reuters",)),
    ],
)
def test_what_stands_beside_names_is_left_out(content: str, expected: tuple[str, ...]) -> None:
    """Departments beside a person, the town and country in an outlet's address."""
    assert extract(page(head=f'{OUTLET}<meta name="author" content="{content}">'), URL).authors == expected


def test_authors_of_another_node_where_no_article_is_described() -> None:
    """A recipe, say; an icon before a name is no part of it."""
    node = {"@context": "https://schema.org", "@type": "Recipe", "name": "Soup", "author": {"name": "\uf007 Anna Bell"}}
    assert extract(page(node=node), URL).authors == ("Anna Bell",)


def test_authors_by_reference_and_as_strings() -> None:
    """Authors may be strings, nodes, or references into the graph."""
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            news(author=["Tom Reed", {"@id": "https://example.org/#anna"}]),
            {"@type": "Person", "@id": "https://example.org/#anna", "name": "Anna Bell"},
        ],
    }
    assert extract(page(node=graph), URL).authors == ("Tom Reed", "Anna Bell")
