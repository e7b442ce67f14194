"""Which edits of real pages become revisions: real changes must, noise must not.

    python -m bench.revisions [--corpus ../shared/corpus] [--each 40] [--seed 1] [--worst 0]

Each kind of edit (`real_changes.py`, `page_noise.py`) is tried on so many pages of the corpus, drawn anew for each;
without a corpus on the pages of the sites' tests. Paragraphs are changed wherever a careful reader's record of the page
has them, headline, standfirst and tags where ours agrees with it: what extraction does not see is measured by
`bench.extraction`. Both states of the page are extracted and submitted to an empty index as a crawl does it. `only` is
the share of the revisions that differ in the changed field alone.
"""

import argparse
import gzip
import json
import random
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.edited_page import Edit, Page, squeezed
from bench.page_noise import NOISE
from bench.real_changes import REAL
from newsarchive.article import Article
from newsarchive.dedup import Judgement, identify
from newsarchive.errors import NotAnArticleError
from newsarchive.extraction import extract
from newsarchive.extraction.decode import decode
from newsarchive.spool import Spool, Submission
from newsarchive.spool.seen import Seen
from newsarchive.urls import url_key
from newsarchive.validation import clean

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
FIELDS = ("title", "description", "tags", "text")
CHANGED = {"headline": "title", "standfirst": "description", "tag": "tags"}
RUN = "20261123t061502z-1"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one edit: the judgement, or `no article`; the fields that differ."""

    kind: str
    url: str
    judgement: str
    fields: tuple[str, ...] = ()

    @property
    def revised(self) -> bool:
        """Tell whether the edit made a revision."""
        return self.judgement == Judgement.REVISED


def pages(corpus: Path) -> list[Page]:
    """Return the pages that have paragraphs to be edited."""
    found = list(_corpus_pages(corpus) if corpus.exists() else _own_pages())
    paragraphs: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for page in found:
        for language in (page.language, ""):
            paragraphs[language].extend((page.url, p.text) for p in page.paragraphs[1:2])
    return [replace(p, other=_other(p, paragraphs)) for p in found if p.paragraphs]


def _other(page: Page, paragraphs: dict[str, list[tuple[str, str]]]) -> str:
    near, far = ([t for url, t in paragraphs[key] if url != page.url] for key in (page.language, ""))
    return _chance(page.url).choice(near or far)


def _corpus_pages(corpus: Path) -> Iterator[Page]:
    for row in (corpus / "truth.jsonl").read_bytes().splitlines():
        record = json.loads(row)
        if record["body"]:
            body = gzip.decompress((corpus / record["html_path"]).read_bytes())
            page = _page(body, record["url"] or "", record)
            if page:
                yield page


def _own_pages() -> Iterator[Page]:
    for path in sorted((ROOT / "tests" / "sites").glob("*/expected.json")):
        expected = json.loads(path.read_text("utf-8"))
        record = {**expected, "summary": expected["description"], "body": expected["text"]}
        page = _page(path.with_name("page.html").read_bytes(), expected["url"], record)
        if page:
            yield page


def _page(body: bytes, url: str, record: dict[str, Any]) -> Page | None:
    try:
        text = decode(body)
    except NotAnArticleError:
        return None
    declared = re.search(r'<html\b[^<>]*?\blang="?([a-z]{2})', text, re.IGNORECASE)
    return Page(
        html=text, url=url, language=record["language"] or (declared[1].lower() if declared else ""),
        title=squeezed(record["title"] or ""), description=squeezed(record["summary"] or ""),
        tags=tuple(record["tags"] or ()), lines=frozenset(squeezed(line) for line in record["body"].split("\n")),
    )  # fmt: skip


def outcomes(found: Sequence[Page], edits: dict[str, Edit], *, each: int, seed: int, folder: Path) -> Iterator[Outcome]:
    """Yield what becomes of so many edits of each kind."""
    empty = folder / "empty"
    Spool(empty).close()
    for kind, edit in edits.items():
        done = 0
        for page in _chance(kind, seed).sample(found, len(found)):
            pair = edit(page, _chance(kind, seed, page.url)) if done < each else None
            before = _article(pair[0], page.url) if pair else None
            if pair and before and _agree(page, before, CHANGED.get(kind.partition(" ")[0], "text")):
                done += 1
                yield _outcome(kind, before, _article(pair[1], page.url), empty)


def _agree(page: Page, article: Article, field: str) -> bool:
    """Tell whether our record has in a field what a reader sees."""
    seen = {"title": page.title == article.title, "description": page.description == article.description}
    return seen.get(field, True) and (field != "tags" or set(page.tags) <= set(article.tags))


def _chance(*named: object) -> random.Random:
    return random.Random(repr(named))  # noqa: S311 - a benchmark, repeatable


def _outcome(kind: str, before: Article, after: Article | None, empty: Path) -> Outcome:
    if after is None:
        return Outcome(kind, before.url, "no article")
    work = empty.with_name("work")
    shutil.copytree(empty, work)
    with closing(Spool(work)) as spool:
        judgement = [spool.accept([_submission(article)])[0].judgement for article in (before, after)][1]
    shutil.rmtree(work)
    fields = tuple(name for name in FIELDS if getattr(before, name) != getattr(after, name))
    return Outcome(kind, before.url, judgement, fields)


def _article(text: str, url: str) -> Article | None:
    try:
        found = extract(text.encode("utf-8", "replace"), url, site="example")
    except NotAnArticleError:
        return None
    return identify(clean(replace(found, run_id=RUN, crawled_at="2026-11-23T06:15:02Z")))


def _submission(article: Article) -> Submission:
    seen = Seen(url_key=url_key(article.url), id="", first_at=1.0, checked_at=1.0)
    return Submission(article=article, seen=(seen,))


def report(title: str, found: Sequence[Outcome]) -> float:
    """Print a table by kind; return the share of the edits that made a revision."""
    print(f"\n| {title} | edits | revisions | share | only |\n|---|---|---|---|---|")
    for kind in dict.fromkeys(outcome.kind for outcome in found):
        print(_row(kind, [outcome for outcome in found if outcome.kind == kind]))
    print(_row("all", found))
    return sum(outcome.revised for outcome in found) / len(found)


def _row(kind: str, found: Sequence[Outcome]) -> str:
    revised = [outcome for outcome in found if outcome.revised]
    field = CHANGED.get(kind.partition(" ")[0], "text")
    only = f"{sum(o.fields == (field,) for o in revised) / len(revised):.0%}" if revised and kind in REAL else ""
    return f"| {kind} | {len(found)} | {len(revised)} | {len(revised) / len(found):.1%} | {only} |"


def main() -> None:
    """Edit, extract, submit, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worst", type=int, default=0, help="print so many of the wrong ones of each kind")
    options = parser.parse_args()
    found = pages(options.corpus)
    print(f"{len(found)} pages")
    with tempfile.TemporaryDirectory() as folder:
        for title, edits, wanted in (("real change", REAL, True), ("noise", NOISE, False)):
            made = list(outcomes(found, edits, each=options.each, seed=options.seed, folder=Path(folder, title)))
            report(title, made)
            seen: Counter[str] = Counter()
            for outcome in made:
                if outcome.revised is not wanted and seen[outcome.kind] < options.worst:
                    seen[outcome.kind] += 1
                    print(outcome)


if __name__ == "__main__":
    main()
