"""Syndication clusters computed from the archive itself: what the labels would be, had everything been known at once.

A record's labels say what was archived before it. Here two articles are linked if any of their archived texts are
equal (of 40 words or more, at any distance in time) or near-duplicates within the window; clusters are what links
connect. Links depend on the two texts only, so the result is the same for any order of the articles and any number of
processes. The earliest of two is the one crawled first, by id where that is equal. What abridges or extends another
text is no link.
"""

import multiprocessing
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field

from newsarchive.archive.reader import Archive
from newsarchive.archive.segment import Manifest
from newsarchive.article import Article
from newsarchive.dedup import syndicated
from newsarchive.neardup.comparison import compare
from newsarchive.neardup.member import days_between
from newsarchive.neardup.parameters import PARAMETERS
from newsarchive.neardup.sketch import Sketch, band_keys
from newsarchive.neardup.sketching import encoded_sketch

_MOST = 200  # of the articles that share a band, each is compared with so many that precede it


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One archived text of an article: what links are made from."""

    id: str
    crawled_at: str
    fingerprint: str
    sketch: bytes

    @property
    def order(self) -> tuple[str, str, str]:
        """What makes one text earlier than another."""
        return self.crawled_at, self.id, self.fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """An article's labels: the earliest article it is a copy of, and its cluster's earliest member; `""` if alone."""

    id: str
    duplicate_of: str
    cluster: str


@dataclass(slots=True)
class _Links:
    """Which articles are linked, by id; when each was first crawled."""

    first: dict[str, tuple[str, str]] = field(default_factory=dict)
    near: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, one: Text, other: Text) -> None:
        if one.id != other.id:
            self.near[one.id].add(other.id)
            self.near[other.id].add(one.id)


def text_of(article: Article) -> Text | None:
    """Return what an article's links are made from; None if its text is too short for any."""
    if not syndicated(article):
        return None
    return Text(
        id=article.id,
        crawled_at=article.crawled_at,
        fingerprint=article.fingerprint,
        sketch=encoded_sketch(article),
    )


def clusters(texts: Iterable[Text]) -> list[Labels]:
    """Return the labels of the articles that have copies, in the order of their ids."""
    ordered = sorted(set(texts), key=lambda text: text.order)
    links = _Links()
    for text in ordered:
        links.first.setdefault(text.id, (text.crawled_at, text.id))
    _link_equal(ordered, links)
    _link_near(ordered, links)
    earliest = _earliest(links)
    return [_labels(name, links, earliest) for name in sorted(links.near)]


def _labels(name: str, links: _Links, earliest: dict[str, str]) -> Labels:
    before = min(links.near[name], key=lambda other: links.first[other])
    duplicate_of = before if links.first[before] < links.first[name] else ""
    return Labels(id=name, duplicate_of=duplicate_of, cluster=earliest[name])


def _link_equal(ordered: Sequence[Text], links: _Links) -> None:
    by_fingerprint: dict[str, Text] = {}
    for text in ordered:
        links.add(text, by_fingerprint.setdefault(text.fingerprint, text))


def _link_near(ordered: Sequence[Text], links: _Links) -> None:
    """Link near-duplicates; the articles come in order, so that those of a band are before them in order, too."""
    bands: defaultdict[int, list[int]] = defaultdict(list)
    sketches: list[Sketch | None] = []
    for number, text in enumerate(ordered):
        made = Sketch.decode(text.sketch) if text.sketch else None
        sketches.append(made)
        if made is None:
            continue
        candidates: set[int] = set()
        for key in band_keys(made)[0].tolist():
            candidates.update(bands[key][-_MOST:])
            bands[key].append(number)
        for other in candidates:
            found = sketches[other]
            if found and _within_window(ordered[other], text) and compare(made, found).near:
                links.add(ordered[other], text)


def _within_window(one: Text, other: Text) -> bool:
    return days_between(one.crawled_at[:10], other.crawled_at[:10]) <= PARAMETERS.window_days


def _earliest(links: _Links) -> dict[str, str]:
    """Return for each linked article the earliest one that links lead to."""
    found: dict[str, str] = {}
    for name in sorted(links.near, key=lambda other: links.first[other]):
        if name in found:
            continue
        reached = [name]
        found[name] = name
        while reached:
            for other in links.near[reached.pop()] - found.keys():
                found[other] = name
                reached.append(other)
    return found


def archive_texts(archive: Archive, *, processes: int = 1) -> Iterator[Text]:
    """Yield the texts of an archive, in no particular order; sketches are made in so many processes."""
    manifests = [manifest for _, manifest in archive.manifests()]
    if processes <= 1:
        for manifest in manifests:
            yield from _segment_texts((archive, manifest))
        return
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        tasks = [pool.submit(_segment_texts, (archive, manifest)) for manifest in manifests]
        for task in as_completed(tasks):
            yield from task.result()


def _segment_texts(work: tuple[Archive, Manifest]) -> list[Text]:
    archive, manifest = work
    return [text for article in archive.segment_articles(manifest) if (text := text_of(article))]
