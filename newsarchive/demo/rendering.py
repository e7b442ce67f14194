"""HTML of the demo's articles, in the shapes of a radio station's, a blog engine's and a broadcaster's pages."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any
from zlib import crc32

from newsarchive.demo.content import DemoArticle, DemoSite

FEED_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


def article_page(article: DemoArticle, base: str, neighbours: Sequence[DemoArticle]) -> str:
    """HTML of one article; `neighbours` are the outlet's other articles it links to."""
    shape = "truncated" if article.fault == "truncated" else article.site.shape
    return _template(shape).substitute(
        _site_values(article.site, base),
        **_article_values(article, base),
        **_SHAPES[article.site.shape](article),
        related=links(neighbours, base),
    )


def front_page(site: DemoSite, base: str, listed: Sequence[DemoArticle]) -> str:
    """HTML of an outlet's front page, each article linked from its picture and from its title."""
    kind = FEED_TYPES.get(site.listing)
    alternate = f'<link rel="alternate" type="{kind}" href="{base}{site.listing_path}">' if kind else ""
    items = "\n".join(_front_item(article, base) for article in listed)
    return _template("front").substitute(
        _site_values(site, base), url=f"{base}{site.home}", alternate=alternate, items=items
    )


def links(listed: Sequence[DemoArticle], base: str) -> str:
    """List items, one link each."""
    return "".join(f'<li><a href="{base}{article.path}">{escape(article.title)}</a></li>' for article in listed)


def image_path(site: DemoSite) -> str:
    """Path of the one picture an outlet shows everywhere."""
    return f"/media/{site.name}.svg"


def _front_item(article: DemoArticle, base: str) -> str:
    url, picture = f"{base}{article.path}", f"{base}{image_path(article.site)}"
    return (
        f'<div class="m-item-list-article"><a data-article-item-link href="{url}"><img src="{picture}" alt=""></a>'
        f'<h2><a data-article-item-link href="{url}">{escape(article.title)}</a></h2></div>'
    )


@cache
def _template(name: str) -> Template:
    return Template(files(__package__).joinpath("templates", f"{name}.html").read_text(encoding="utf-8"))


def _site_values(site: DemoSite, base: str) -> dict[str, str]:
    home = f"{base}{site.home}"
    labels = {f"label_{key}": escape(value) for key, value in site.labels.items()}
    return labels | {
        "name": site.name,
        "publisher": escape(site.publisher),
        "tagline": escape(site.tagline),
        "language": site.language,
        "direction": site.direction,
        "base": base,
        "home": home,
        "feed": f"{base}{site.listing_path}",
        "feed_type": FEED_TYPES.get(site.listing, "application/xml"),
        "image": f"{base}{image_path(site)}",
        "navigation": f'<li><a href="{home}">{escape(site.publisher)}</a></li><li><a href="{base}/">…</a></li>',
    }


def _article_values(article: DemoArticle, base: str) -> dict[str, str]:
    return {
        "url": f"{base}{article.path}",
        "number": str(_number(article)),
        "title": escape(article.title),
        "section": escape(article.section),
        "caption": escape(article.caption),
        "description": escape(article.description),
        "tag_line": escape(", ".join(article.tags)),
        "published": article.published.isoformat(),
        "modified": article.modified.isoformat(),
        "published_shown": _shown(article.published),
        "json_ld": _script(_json_ld(article, base)),
    }


def _number(article: DemoArticle) -> int:
    return crc32(article.path.encode())


def _shown(instant: datetime) -> str:
    return f"{instant:%d.%m.%Y %H:%M}"


def _script(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _json_ld(article: DemoArticle, base: str) -> object:
    news, site = _news_article(article, base), article.site
    if site.shape == "bulletin":
        return {"@context": "https://schema.org", **news}
    if site.shape == "blog":
        page = {"@type": "WebPage", "@id": news["url"], "name": f"{article.title} | {site.publisher}"}
        return {"@context": "https://schema.org", "@graph": [page, news]}
    crumbs = {"@context": "https://schema.org", "@type": "BreadcrumbList", "name": article.section}
    return [{"@context": "https://schema.org", **news}, crumbs]


def _news_article(article: DemoArticle, base: str) -> dict[str, Any]:
    publisher = {"@type": "NewsMediaOrganization", "name": article.site.publisher, "url": f"{base}{article.site.home}"}
    return {
        "@type": "NewsArticle",
        "url": f"{base}{article.path}",
        "headline": article.title,
        "description": article.description,
        "inLanguage": article.site.language,
        "articleSection": article.section,
        "datePublished": article.published.isoformat(),
        "dateModified": article.modified.isoformat(),
        "author": [_author(name) for name in article.authors],
        "publisher": publisher,
        "image": [f"{base}{image_path(article.site)}"],
        "isAccessibleForFree": True,
    }


def _author(name: str) -> dict[str, str]:
    agency = any(word in name for word in ("Agency", "Agentur", "rédaction"))
    return {"@type": "Organization" if agency else "Person", "name": name}


def _radio(article: DemoArticle) -> dict[str, str]:
    labels = article.site.labels
    layer = {"id": _number(article), "authors": article.authors, "tags": article.tags, "section": article.section}
    return {
        "tag_metas": "\n".join(f'<meta property="article:tag" content="{escape(tag)}">' for tag in article.tags),
        "datalayer": _script(layer),
        "standfirst_block": _block("p", "t-content__chapo", article.standfirst),
        "modified_block": _modified(article),
        "author_blocks": "".join(_radio_author(name, labels) for name in article.authors),
        "body": _body(article, _radio_interstitial(labels), ""),
        "tag_items": "".join(_tag(article, tag, "li", "m-tags-list__tag") for tag in article.tags),
    }


def _modified(article: DemoArticle) -> str:
    if article.modified == article.published:
        return ""
    instant, label = article.modified, escape(article.site.labels["modified"])
    return f'<p>{label} <time datetime="{instant.isoformat()}">{_shown(instant)}</time></p>'


def _radio_author(name: str, labels: Mapping[str, str]) -> str:
    return (
        f'<div class="m-from-author"><span class="m-from-author__by-label">{escape(labels["by"])}</span> '
        f'<a class="m-from-author__name" href="#">{escape(name)}</a> '
        f'<button type="button" class="m-from-author__follow">{escape(labels["follow"])}</button></div>'
    )


def _radio_interstitial(labels: Mapping[str, str]) -> str:
    return (
        f'<div class="m-interstitial"><p class="m-interstitial__label">{escape(labels["advert"])}</p>'
        f'<div class="m-interstitial__ad" data-ad></div><p><a href="#suite">{escape(labels["more"])}</a></p></div>'
    )


def _blog(article: DemoArticle) -> dict[str, str]:
    labels, names = article.site.labels, (escape(name) for name in article.authors)
    authors = (
        f'<span class="author vcard"><a class="url fn n" rel="author" href="#">{name}</a></span>' for name in names
    )
    return {
        "standfirst_block": _block("p", "entry-lead", article.standfirst),
        "author_blocks": f"{escape(labels['by'])} " + ", ".join(authors),
        "body": _body(article, f'<div class="ad-slot"><span>{escape(labels["advert"])}</span></div>', ""),
        "tag_items": "".join(_tag(article, tag, "span", "tag-link") for tag in article.tags),
    }


def _bulletin(article: DemoArticle) -> dict[str, str]:
    labels = article.site.labels
    return {
        "standfirst_block": _block("p", "textabsatz textabsatz--lead", article.standfirst),
        "author_blocks": f"{escape(labels['by'])} {escape(', '.join(article.authors))}",
        "body": _body(
            article, f'<div class="advertisement" role="note">{escape(labels["advert"])}</div>', "textabsatz"
        ),
        "tag_items": "".join(_tag(article, tag, "li", "taglist__element") for tag in article.tags),
    }


_SHAPES = {"radio": _radio, "blog": _blog, "bulletin": _bulletin}


def _block(name: str, css: str, text: str) -> str:
    return f'<{name} class="{css}">{escape(text)}</{name}>' if text else ""


def _tag(article: DemoArticle, tag: str, name: str, css: str) -> str:
    link = f'<a rel="tag" class="tag-btn" href="{article.site.home}">{escape(tag)}</a>'
    return f'<{name} class="{css}">{link}</{name}>'


def _body(article: DemoArticle, interruption: str, css: str) -> str:
    """Paragraphs, with `interruption` after the first and the third as advertisements have it."""
    attribute = f' class="{css}"' if css else ""
    lines = []
    for number, paragraph in enumerate(article.paragraphs):
        lines.append(f"<p{attribute}>{escape(paragraph, quote=False)}</p>")
        if number in {0, 2}:
            lines.append(interruption)
    return "\n".join(lines)
