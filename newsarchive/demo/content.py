"""What the demo's outlets publish, read from `pages/*.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any, Literal

SITES = ("fr", "en", "ar", "de", "post")
Fault = Literal["", "flaky", "forbidden", "gone", "truncated"]
Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSite:
    """One outlet: its declaration, as a spider needs it, and the words its pages show around an article."""

    name: str
    publisher: str
    language: str
    direction: str
    shape: Literal["radio", "blog", "bulletin"]
    offset: tzinfo
    listing: Literal["rss", "atom", "json", "sitemap"]
    listing_path: str
    article_path: str
    article_pattern: str
    tagline: str
    labels: Mapping[str, str]

    @property
    def home(self) -> str:
        """Path of the front page."""
        return f"/{self.name}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoArticle:
    """One page of an outlet, as its author wrote it: what extraction should find.

    `fault` is `flaky` (500 once, then 200), `forbidden` (by robots.txt), `gone` (listed, answers 404),
    `truncated` (a page without an article) or empty. `copy_of` is the path of the same outlet's page with the
    same title and text, `wire_of` that of another outlet's page with the same text.
    """

    site: DemoSite
    path: str
    section: str
    title: str
    standfirst: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    caption: str
    paragraphs: tuple[str, ...]
    published: datetime
    modified: datetime
    fault: Fault = ""
    copy_of: str = ""
    wire_of: str = ""

    @property
    def description(self) -> str:
        """What the page's meta description says: the standfirst, else how the text begins."""
        return self.standfirst or " ".join(" ".join(self.paragraphs).split()[:18])


def sites() -> tuple[DemoSite, ...]:
    """The outlets, in the order of `SITES`."""
    return tuple(_site(_read(name)["site"]) for name in SITES)


def articles(now: datetime, *, edition: int = 1) -> tuple[DemoArticle, ...]:
    """Every page of every outlet as it stands in `edition` (1 or 2), dated within the ten days before `now`."""
    raws = {f"{name}/{raw['slug']}": raw for name in SITES for raw in _read(name)["articles"]}
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    by_name = {site.name: site for site in sites()}
    return tuple(_article(by_name[key.partition("/")[0]], raws, key, midnight, edition) for key in raws)


@cache
def _read(name: str) -> Raw:
    return tomllib.loads(files(__package__).joinpath("pages", f"{name}.toml").read_text(encoding="utf-8"))


def _site(raw: Raw) -> DemoSite:
    offset = datetime.strptime(raw["offset"], "%z").tzinfo
    return DemoSite(**{**raw, "offset": offset})


def _article(site: DemoSite, raws: Mapping[str, Raw], key: str, midnight: datetime, edition: int) -> DemoArticle:
    own, copy, wire = raws[key], raws[key].get("copy_of", ""), raws[key].get("body_of", "")
    raw = {**raws[copy], **own} if copy else own
    second = raw.get("second", {}) if edition > 1 else {}
    published = _instant(site, raw, midnight)
    return DemoArticle(
        site=site,
        path=_path(site, own, published),
        section=raw["section"],
        title=raw["title"],
        standfirst=raw["standfirst"],
        authors=tuple(raw["authors"]),
        tags=tuple(raw["tags"]),
        caption=raw.get("caption", ""),
        paragraphs=_paragraphs(raws[wire] if wire else raw, second),
        published=published,
        modified=_instant(site, second, midnight) if second else published,
        fault=raw.get("fault", ""),
        copy_of=_path(site, raws[copy], published) if copy else "",
        wire_of=_wire_path(raws, wire, midnight) if wire else "",
    )


def _path(site: DemoSite, raw: Raw, published: datetime) -> str:
    return str(raw.get("path", site.article_path)).format(published=published, slug=raw["slug"])


def _wire_path(raws: Mapping[str, Raw], key: str, midnight: datetime) -> str:
    site = _site(_read(key.partition("/")[0])["site"])
    return _path(site, raws[key], _instant(site, raws[key], midnight))


def _instant(site: DemoSite, raw: Raw, midnight: datetime) -> datetime:
    hour, minute = map(int, raw["time"].split(":"))
    return (midnight - timedelta(days=raw["days"]) + timedelta(hours=hour, minutes=minute)).astimezone(site.offset)


def _paragraphs(raw: Raw, second: Raw) -> tuple[str, ...]:
    text = "\n".join((raw.get("body", ""), second.get("added", "")))
    for correction in second.get("corrections", ()):
        text = text.replace(correction["old"], correction["new"])
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())
