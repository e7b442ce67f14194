"""The values that pass through a crawl: a link to an article, and the article itself."""

from dataclasses import dataclass, field, fields
from typing import Any

SCHEMA_VERSION = "1.0"


def _text(meaning: str, default: str = "") -> Any:  # noqa: ANN401 - as dataclasses.field
    return field(default=default, metadata={"description": meaning})


def _number(meaning: str) -> Any:  # noqa: ANN401 - as dataclasses.field
    return field(default=0, metadata={"description": meaning})


def _list(meaning: str) -> Any:  # noqa: ANN401 - as dataclasses.field
    return field(default=(), metadata={"description": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One revision of one article: the archived record, version 1.

    Unknown text is `""`, an unknown list `()`, an unknown number 0: nothing is ever null.
    The order of the fields is the order of the keys in every archived line.
    """

    schema_version: str = _text("version of this record's schema, `major.minor`", SCHEMA_VERSION)
    id: str = _text("hash of the canonical URL: the same article has the same id in every run")
    revision: int = _number("1 for the first archived state, then 2, 3 …")
    url: str = _text("final URL, after redirects")
    canonical_url: str = _text("normalised rel=canonical where it is trustworthy, else the normalised url")
    site: str = _text("short name of the site, `[a-z0-9-]+`")
    publisher: str = _text("the outlet's name")
    title: str = _text("headline, without the site's name")
    description: str = _text("standfirst")
    section: str = _text("section or rubric")
    authors: tuple[str, ...] = _list("names of persons or agencies")
    date_published: str = _text("RFC 3339 in UTC, such as 2020-06-11T06:04:00Z")
    date_modified: str = _text("RFC 3339 in UTC")
    date_published_raw: str = _text("date_published on the publisher's clock, as far as the page tells it")
    date_precision: str = _text("`second`, `minute`, `day`, or empty without a date")
    language: str = _text("BCP 47 primary language subtag, `und` if unknown", "und")
    tags: tuple[str, ...] = _list("the publisher's tags: verbatim, trimmed, unique, in page order")
    tag_ids: tuple[str, ...] = _list("ids of the tags that could be resolved, such as `country:IQ`")
    text: str = _text("the body: paragraphs separated by newlines; no title, no standfirst, no boilerplate")
    word_count: int = _number("words in text; characters for scripts without spaces")
    image_url: str = _text("main image")
    access: str = _text("`free`, `paywalled` or `unknown`", "unknown")
    fingerprint: str = _text("hash of the normalised text")
    duplicate_of: str = _text("id of the earliest archived near-duplicate")
    cluster: str = _text("id of the earliest member of the syndication cluster")
    crawled_at: str = _text("when the page was fetched, RFC 3339 in UTC")
    run_id: str = _text("the run that fetched it")
    discovered_via: str = _text("`feed`, `news-sitemap`, `sitemap`, `page`, `url-list` or `warc`")
    extractor: str = _text("name and version of what extracted it, such as `newsarchive/0.1.0 trafilatura/2.3.1`")
    field_sources: str = _text("where fields came from, such as `date=json-ld;tags=json-ld+page`")
    http_status: int = _number("status of the fetched page")
    raw_ref: str = _text("the stored page, `key#offset+length` of a gzip member of a WARC object")
    extra_json: str = _text(
        "JSON object as text: `repeated` lines, `agencies`, `abridges`, `extends`, `canonical_elsewhere`, `rights`",
        "{}",
    )


FIELDS = tuple(f.name for f in fields(Article))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLink:
    """What a feed, sitemap, page or list said about one article.

    `published` and `modified` are RFC 3339 in UTC, or a bare `YYYY-MM-DD` where only the day is known,
    or empty. `via` is one of the values of `Article.discovered_via`.
    """

    url: str
    via: str
    title: str = ""
    description: str = ""
    published: str = ""
    modified: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the crawl knows about a page beside its bytes; everything may be empty.

    `charset` is the HTTP header's; `timezone` an IANA name for dates without offset; `language` and
    `publisher` are the site's declaration; `link_*` come from discovery. `drop` and the `*_css` fields are CSS
    selectors of the site's declaration: `drop` removes matches from the body, the others say where a field is.
    `repeated` are the keys (`newsarchive.repetition.line_key`) of lines that stand on other articles of the site.
    """

    site: str = ""
    publisher: str = ""
    language: str = ""
    timezone: str = ""
    charset: str = ""
    link_title: str = ""
    link_description: str = ""
    link_published: str = ""
    body_css: str = ""
    tags_css: str = ""
    authors_css: str = ""
    title_css: str = ""
    description_css: str = ""
    drop: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
