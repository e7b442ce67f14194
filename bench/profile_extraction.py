"""CPU of extraction by stage, before and after: trafilatura's default beside ours, on the same pages in one run.

A stage's time is its own: what it calls of other stages is counted there. `bench.extraction` puts the tables into
docs/quality.md; `python -m bench.profile_extraction FILE…` prints them for some saved pages.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from trafilatura import bare_extraction, core

from newsarchive.errors import NotAnArticleError
from newsarchive.extraction import (
    access,
    authors,
    body,
    dates,
    descriptions,
    extract,
    jsonld,
    languages,
    links,
    page,
    record,
    sections,
    tags,
    titles,
)

Stage = tuple[str, ModuleType, tuple[str, ...]]
REST = "all else"
URL = "https://news.example.org/a-page"

BEFORE: tuple[Stage, ...] = (
    ("parse", core, ("load_html",)),
    ("metadata and date", core, ("extract_metadata",)),
    ("body: cleaning", core, ("prune_unwanted_nodes", "tree_cleaning", "convert_tags")),
    ("body: extraction", core, ("extract_content",)),
    ("body: fallback comparison", core, ("compare_extraction", "justext_rescue", "baseline")),
    ("comments", core, ("extract_comments",)),
)
AFTER: tuple[Stage, ...] = (
    ("decode", page, ("decode",)),
    ("parse", page, ("parse",)),
    ("JSON-LD", jsonld, ("read",)),
    ("title", titles, ("title",)),
    ("standfirst", descriptions, ("standfirst", "description")),
    ("section", sections, ("section",)),
    ("authors", authors, ("authors",)),
    ("dates", dates, ("dates",)),
    ("tags and their ids", tags, ("tags",)),
    ("tags and their ids", record, ("tag_ids",)),
    ("address and image", links, ("canonical", "image")),
    ("body: other parts taken off", body, ("prune",)),
    ("body: trafilatura's cleaning", body, ("tree_cleaning", "convert_tags")),
    ("body: trafilatura's extraction", body, ("extract_content",)),
    ("body: lines and witness", body, ("body",)),
    ("language", languages, ("language",)),
    ("access", access, ("access",)),
)


@dataclass
class Clock:
    """CPU seconds by stage; the innermost stage that is entered is the one that runs."""

    spent: Counter[str] = field(default_factory=Counter)
    _entered: list[str] = field(default_factory=lambda: [REST])
    _since: float = field(default_factory=time.process_time)

    def _switch(self) -> None:
        now = time.process_time()
        self.spent[self._entered[-1]] += now - self._since  # type: ignore[assignment]  # seconds, where Counter is typed for ints
        self._since = now

    def enter(self, stage: str) -> None:
        """Begin a stage within the one that runs."""
        self._switch()
        self._entered.append(stage)

    def leave(self) -> None:
        """End the stage that runs."""
        self._switch()
        self._entered.pop()

    def watched(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time counted for a stage."""

        def run(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - the function's own
            self.enter(stage)
            try:
                return function(*args, **options)
            finally:
                self.leave()

        return run


@contextmanager
def watching(stages: Iterable[Stage]) -> Iterator[Clock]:
    """A clock for these stages, whose functions are wrapped meanwhile."""
    clock, originals = Clock(), []
    for stage, module, names in stages:
        for name in names:
            originals.append((module, name, getattr(module, name)))
            setattr(module, name, clock.watched(stage, originals[-1][2]))
    try:
        yield clock
    finally:
        for module, name, function in originals:
            setattr(module, name, function)


def _before(html: bytes) -> None:
    bare_extraction(html, url=URL, with_metadata=True)


def _after(html: bytes) -> None:
    with suppress(NotAnArticleError):
        extract(html, URL)


def spent(run: Callable[[bytes], None], pages: list[bytes], stages: tuple[Stage, ...]) -> dict[str, float]:
    """CPU milliseconds per page of each stage, in the order of the stages."""
    run(pages[0])
    with watching(stages) as clock:
        for html in pages:
            run(html)
        clock.enter(REST)
    order = dict.fromkeys([stage for stage, _, _ in stages] + [REST])
    return {stage: 1000 * clock.spent[stage] / len(pages) for stage in order}


def table(title: str, stages: dict[str, float]) -> list[str]:
    """One table as Markdown lines."""
    total = sum(stages.values())
    rows = [f"| {stage} | {cost:.1f} | {100 * cost / total:.0f} % |" for stage, cost in stages.items()]
    return [f"| {title} | CPU ms a page | share |", "|---|---|---|", *rows, f"| together | {total:.1f} | |"]


def tables(given: Iterable[bytes]) -> list[str]:
    """Before and after as Markdown lines."""
    pages = list(given)
    before, after = spent(_before, pages, BEFORE), spent(_after, pages, AFTER)
    return [
        f"On {len(pages)} pages, in one run.\n",
        *table("before: trafilatura's default, from bytes", before),
        "",
        *table("after: ours", after),
    ]


if __name__ == "__main__":
    print("\n".join(tables(Path(name).read_bytes() for name in sys.argv[1:])))
