"""Pages whose metadata is hostile: JSON-LD, meta elements, dates and addresses."""

import json
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from tests.extraction.making import PROSE, news, page


def _block(text: str) -> Callable[[], bytes]:
    """A page with one JSON-LD block of this text."""
    return lambda: page(node=text)


def _node(**fields: Any) -> Callable[[], bytes]:  # noqa: ANN401 - JSON values
    return lambda: page(node=news(**fields))


def _nested(opening: str, closing: str, times: int, field: str) -> Callable[[], bytes]:
    """A field of JSON-LD whose value is nested."""
    return lambda: page(node=f'{{"@type":"NewsArticle","{field}":{opening * times}"x"{closing * times}}}')


def _meta(name: str, content: str) -> str:
    return f'<meta name="{name}" property="{name}" itemprop="{name}" content="{escape(content)}">'


def _metas(name: str, unit: str, times: int = 40_000) -> Callable[[], bytes]:
    return lambda: page(head=_meta(name, unit * times))


def _pushed(markup: str) -> str:
    """A script that would write this markup."""
    return f"<script>self.__next_f.push([1,{json.dumps(markup)}])</script>"


JSON_LD: Mapping[str, Callable[[], bytes]] = {
    "10,000 blocks": lambda: page(
        head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"x"}</script>' * 10_000
    ),
    "10,000 broken blocks": lambda: page(head='<script type="application/ld+json">{"@type": </script>' * 10_000),
    "10,000 articles": lambda: page(node={"@graph": [news(headline=f"Harbour {n}") for n in range(10_000)]}),
    "deep objects": lambda: page(node='{"a":' * 50_000 + "1" + "}" * 50_000),
    "deep arrays": lambda: page(node="[" * 100_000 + "]" * 100_000),
    "deep arrays left open": lambda: page(node="[" * 100_000),
    "deep graphs": _nested('{"@type":"NewsArticle","mainEntity":', "}", 900, "mainEntity"),
    "deep authors": _nested("[", "]", 900, "author"),
    "deep names": _nested('{"name":', "}", 900, "author"),
    "deep keywords": _nested("[", "]", 900, "keywords"),
    "deep pictures": _nested('[{"url":', "}]", 450, "image"),
    "deep publisher": _nested('{"name":', "}", 900, "publisher"),
    "deep address": _nested('{"@id":', "}", 900, "mainEntityOfPage"),
    "long string": _block('{"@type":"NewsArticle","headline":"' + "a" * 2_000_000 + '"}'),
    "long body": _node(articleBody="The harbour was closed. " * 50_000),
    "long body beside many lines": lambda: page(
        body="<p>" + PROSE[0] + "</p>" + "".join(f"<p>{i}</p>" for i in range(20_000)),
        node=news(articleBody=f"{PROSE[0]} " + "The harbour was closed. " * 100_000),
    ),
    "long marked-up body": _node(articleBody="<p>The harbour <b>was</b> closed.</p>" * 20_000),
    "long escaped body": _node(articleBody="&lt;p&gt;The harbour&amp;nbsp;was closed.&lt;/p&gt;" * 20_000),
    "body of openings": _node(articleBody="<" * 500_000),
    "broken": _block('{"@type":"NewsArticle","headline":"a" "b", "keywords": [1,2,{}], author: Anna'),
    "left open": _block('{"@type":"NewsArticle","headline":"The harbour is closed","keywords":["Iraq","'),
    "commas": _block('{"@type":"NewsArticle","headline":"x"' + "," * 200_000 + "}"),
    "commas and blanks": _block('{"@type":"NewsArticle","a":"x"' + ",   " * 100_000 + "}"),
    "quotes": _block('{"@type":"NewsArticle","headline":"' + 'a"b' * 100_000 + '"}'),
    "backslashes": _block('{"@type":"NewsArticle","headline":"' + "\\" * 200_001 + '"}'),
    "comments": _block("/* */ " * 300_000),
    "openings of comments": _block("/*" * 300_000),
    "field names": _block('{"headline":"' * 50_000),
    "escaped entities": _block("{&quot;@type&quot;:&quot;NewsArticle&quot;," + "&quot;a&quot;:1," * 50_000),
    "wrong types": _node(
        author=7, keywords={"a": 1}, datePublished=[None], image=[[1]], publisher="x", articleBody=[1]
    ),
    "other wrong types": _node(
        author=[None, [], {}, True],
        keywords=[[["a"]], None, 1.5],
        datePublished={"@value": {}},
        headline={"@value": []},
    ),
    "headline of signs": _node(headline=", - |"),
    "nulls": _node(
        headline=None, author=None, keywords=None, datePublished=None, image=None, publisher=None, articleSection=None
    ),
    "long numbers": _block('{"@type":"NewsArticle","datePublished":' + "9" * 10_000 + "}"),
    "endless numbers": _block('{"@type":"NewsArticle","datePublished":1e999,"headline":-Infinity,"author":NaN}'),
    "lone surrogates": _block(
        '{"@type":"NewsArticle","headline":"The \\ud800 harbour","keywords":["\\udfff","\\ud83d"],"author":"A\\udc00"}'
    ),
    "control characters": _block('{"@type":"NewsArticle","headline":"The \\u0000\\u0008 harbour","author":"\\u0000"}'),
    "types without end": _block(json.dumps({"@type": ["NewsArticle"] * 50_000})),
    "types of wrong types": _block('[{"@type":{"@type":1}},{"@type":null},{"@type":[[]]},{"@type":7},null,1,"x"]'),
    "authors without end": _node(author=[{"@type": "Person", "name": f"Anna Bell{n}"} for n in range(20_000)]),
    "keywords without end": _node(keywords=[f"harbour {n}" for n in range(50_000)]),
    "keywords in one string": _node(keywords="harbour, " * 50_000),
    "pictures without end": _node(image=[{"url": f"/{n}.jpg"} for n in range(50_000)]),
    "graph of one address": lambda: page(node={"@graph": [news(**{"@id": "#a", "author": {"@id": "#a"}})] * 2_000}),
    "array of nothing": _block(json.dumps([None, 0, "", [], {}] * 20_000)),
}

SCRIPTS: Mapping[str, Callable[[], bytes]] = {
    "deep arrays": lambda: page(head='<script>x={"tags":' + "[" * 100_000 + "</script>"),
    "deep tags": lambda: page(head="<script>x=" + '{"tags":[' * 50_000 + "</script>"),
    "deep keywords": lambda: page(head="<script>x=" + '{"keywords":[' * 300 + "1" + "]}" * 300 + "</script>"),
    "tags without end": lambda: page(head="<script>x={" + '"tags":["Iraq",' * 100_000 + "</script>"),
    "many tags": lambda: page(head="<script>" + 'x={"tags":[]};' * 100_000 + "</script>"),
    "blanks": lambda: page(head='<script>x={"tags"' + " " * 1_000_000 + "</script>"),
    "pushed openings": lambda: page(body="<p>x</p>", head=_pushed("<p>" * 200_000)),
    "pushed halves": lambda: page(body="<p>x</p>", head=_pushed("<p " * 200_000)),
    "pushed paragraphs": lambda: page(body="<p>x</p>", head=_pushed(f"<p>{PROSE[0]}</p>" * 5_000)),
    "pushed often": lambda: page(body="<p>x</p>", head=_pushed("<p>harbour</p>") * 10_000),
    "pushed and cut": lambda: page(head='<script>self.__next_f.push([1,"' + "\\" * 100_001 + "</script>"),
}

_LONG_FIELDS = (
    "author", "keywords", "news_keywords", "article:tag", "date", "article:published_time", "description", "og:title",
    "og:site_name", "article:section", "og:url", "og:image", "og:locale",
)  # fmt: skip
_UNITS = {"blanks": " ", "commas": "x,", "words": "by 11 June 2020 - ", "signs": "|-(.@", "markup": "<a &amp;"}


def _long_metas() -> Iterator[tuple[str, Callable[[], bytes]]]:
    for name in _LONG_FIELDS:
        for kind, unit in _UNITS.items():
            yield f"{name} of {kind}", _metas(name, unit)


METAS: Mapping[str, Callable[[], bytes]] = dict(_long_metas()) | {
    "50,000 of one name": lambda: page(head=_meta("article:tag", "Iraq") * 50_000),
    "20,000 names": lambda: page(head="".join(f'<meta name="n{n}" content="x">' for n in range(20_000))),
    "20,000 canonical links": lambda: page(head='<link rel="canonical" href="/closed">' * 20_000),
    "no content": lambda: page(head='<meta name="author"><meta content="x"><meta property="" content="">'),
}

MOMENTS = (
    "9" * 5_000, "-0001-99-99T99:99:99", "0000-00-00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-23:59",
    "2020-02-30T25:61:61", "2016-12-31T23:59:60Z", "2020-06-11T24:00:00Z", "2020-06-11T06:04:00+99:99", "-1", "1e999",
    str(10**30), str(-(10**18)), "NaN", "\u0662\u0660\u0662\u0660-\u0660\u0666-\u0661\u0661",
    "2020-06-11T06:04:00.123456789123456789Z", "11/06/99999999999",
    "June June June 2020", "Thu, 11 Jun 2020 06:04:00 XYZ", "P1Y", "2020-W24-4T06:04Z",
    "\u09e8\u09e6\u09e8\u09e6-\u09e6\u09ec-\u09e7\u09e7", "\u2460\u2461",
)  # fmt: skip

ADDRESSES = (
    "", "not an address", "http://[::1", "http://[bad]/x", "javascript:alert(1)", "http:///x", "http://:99999/x", "//",
    "http://" + "a." * 50_000 + "org/", "http://news.example.org/" + "x/" * 30_000, "http://xn--/", "http://1.2.3.4.5/",
    "http://news.example.org:port/", "data:text/html,x", "http://\u0130\u2488.example/x", "http://news.example.org/%",
)  # fmt: skip


def dated(moment: str) -> bytes:
    """A page that gives this for a date wherever a date can stand."""
    stated = "".join(_meta(name, moment) for name in ("date", "pubdate", "article:published_time", "parsely-pub-date"))
    shown = f'<time datetime="{moment}">{moment}</time><span class="date">{moment}</span>'
    return page(head=stated, before=shown, node=news(datePublished=moment, dateModified=moment))


def addressed(address: str) -> bytes:
    """A page that gives this for an address wherever an address can stand."""
    links = f'<link rel="canonical" href="{address}"><link rel="amphtml" href="{address}"><base href="{address}">'
    stated = _meta("og:url", address) + _meta("og:image", address) + _meta("article:author", address)
    body = "".join(f'<p>{prose} <a href="{address}">x</a></p>' for prose in PROSE)
    return page(head=links + stated, body=body, node=news(url=address, image=address, author={"url": address}))
