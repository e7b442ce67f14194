"""Extraction quality and cost, ours beside its peers in one run: `python -m bench.extraction [--corpus FOLDER]`.

The folder holds `truth.jsonl`, `pages/` and `score.py`, whose comparison and columns are used. Ours and trafilatura
run on every page, in rotating order in this process; the peers on a sample of the pages, each in a process of its own
without network. Peers that are not installed are named as missing. The tables are printed, and
written to docs/quality.md.
"""

import argparse
import collections
import gzip
import importlib.util
import json
import logging
import sys
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import profile_extraction
from bench.peers import PEERS, Apart, Extractor, Result, timed, trafilatura
from newsarchive.article import Article
from newsarchive.errors import NotAnArticleError
from newsarchive.extraction import extract

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
COLUMNS = ("text", "textP", "textR", "snip", "title", "day", "minute", "authors", "tags", "lang")
OURS, FIRST = "newsarchive", "trafilatura"
ALL, SAMPLE = "all", "sample"
SCRIPTS = {
    "LATIN": "Latin",
    "CYRILLIC": "Cyrillic",
    "ARABIC": "Arabic script",
    "CJK": "CJK",
    "HIRAGANA": "CJK",
    "KATAKANA": "CJK",
    "HANGUL": "CJK",
}
WARM_UP = 5
PROFILED = 200

Record = dict[str, Any]
Scores = dict[str, list[Any]]


@dataclass
class Tally:
    """What one extractor has scored on a group of pages, its CPU seconds and its failures."""

    pages: int = 0
    cpu: float = 0.0
    failures: int = 0
    scores: Scores = field(default_factory=lambda: collections.defaultdict(list))

    def add(self, page: dict[str, Any], result: Result) -> None:
        """Add one page's scores."""
        self.pages += 1
        self.cpu += result.seconds
        self.failures += result.failed
        for column, value in page.items():
            self.scores[column].append(value)

    def cell(self, column: str) -> str:
        """One score as text, nothing where no page has it."""
        if column == "snip":
            return _f1(self.scores.get("_snip", []))
        values = self.scores.get(column)
        return f"{sum(values) / len(values):.3f}" if values else ""


Tallies = dict[str, dict[str, Tally]]


def ours(html: bytes, url: str | None) -> dict[str, Any]:
    """Our record in the fields that are compared."""
    try:
        article = extract(html, url or "")
    except NotAnArticleError:
        return {}
    return {
        "title": article.title,
        "authors": list(article.authors),
        "published": _published(article),
        "tags": list(article.tags),
        "text": _as_shown(article),
        "language": article.language,
    }


def alone(html: bytes, url: str | None) -> dict[str, Any]:
    """The text of our record as it is archived, without the standfirst."""
    try:
        return {"text": extract(html, url or "").text}
    except NotAnArticleError:
        return {}


def _as_shown(article: Article) -> str:
    """Body with the standfirst that the page shows above it: most truths count it as text, a record keeps it apart."""
    sources = article.field_sources.split(";")
    shown = "description=page" in sources and "text=description" not in sources
    return f"{article.description}\n{article.text}" if shown else article.text


def _published(article: Article) -> str:
    """The day, or the instant with the offset that the page gave: truths without a zone are in the publisher's."""
    if article.date_precision == "day":
        return article.date_published[:10]
    try:
        local = datetime.fromisoformat(article.date_published_raw)
    except ValueError:
        return article.date_published
    return article.date_published_raw if local.tzinfo else article.date_published


def _f1(snippets: list[tuple[int, int, int]]) -> str:
    if not snippets:
        return ""
    found, missed, noise = map(sum, zip(*snippets, strict=True))
    return f"{2 * found / (2 * found + missed + noise):.3f}"


def script(record: Record) -> str:
    """The script in which a page's truth is written mostly."""
    text = " ".join([record.get("title") or "", record.get("body") or "", *(record.get("body_with") or [])])
    letters = [c for c in text[:2000] if c.isalpha()]
    names = collections.Counter(unicodedata.name(c, "").split(" ")[0] for c in letters)
    return SCRIPTS.get(names.most_common(1)[0][0], "other") if names else "not known"


class Run:
    """Extractors over a corpus, page by page; `tallies` grow by extractor and group of pages."""

    def __init__(self, corpus: Path, records: list[Record]) -> None:
        self._corpus, self._records = corpus, records
        self._score = _score(corpus)
        self._here: dict[str, Extractor] = {
            FIRST: trafilatura(),
            OURS: ours,
            f"{OURS}, text alone": alone,
            "trafilatura fast": trafilatura(fast=True),
        }
        self.tallies: Tallies = {name: collections.defaultdict(Tally) for name in (*self._here, *PEERS)}

    def measure(self) -> None:
        """Ours and trafilatura on every page, in rotating order, as `score.py` does."""
        order, warm_up = list(self._here), self._records[:WARM_UP]
        for number, record in enumerate([*warm_up, *self._records]):
            html = _page(self._corpus, record)
            turn = number % len(order)
            for name in order[turn:] + order[:turn]:
                result = timed(self._here[name], html, record["url"])
                if number >= len(warm_up):
                    self._count(name, record, result, ALL, script(record))

    def compare(self, size: int) -> list[str]:
        """All extractors on every so many-th page, each as before or apart; return the names of the missing."""
        apart, missing = _started()
        sample = self._records[:: max(1, len(self._records) // size)][:size]
        for record in sample:
            html = _page(self._corpus, record)
            for name, extractor in self._here.items():
                self._count(name, record, timed(extractor, html, record["url"]), SAMPLE)
            for name, peer in apart.items():
                self._count(name, record, peer.result(html, record["url"]), SAMPLE)
        for peer in apart.values():
            peer.stop()
        return missing

    def _count(self, name: str, record: Record, result: Result, *groups: str) -> None:
        page = self._score.compare(record, result.fields)
        for group in groups:
            self.tallies[name][group].add(page, result)


def _started() -> tuple[dict[str, Apart], list[str]]:
    """The peers that are installed, running, and the names of the others."""
    found, missing = {}, []
    for name in PEERS:
        try:
            found[name] = Apart(name)
        except ImportError:
            missing.append(name)
    return found, missing


def _page(corpus: Path, record: Record) -> bytes:
    return gzip.decompress((corpus / record["html_path"]).read_bytes())


def beside(tallies: Tallies, group: str) -> list[str]:
    """The table of all extractors that have seen a group of pages."""
    seen = {name: groups[group] for name, groups in tallies.items() if group in groups}
    base = seen[FIRST].cpu or 1.0
    lines = [f"| extractor | {' | '.join(COLUMNS)} | CPU ms | ratio | failures |", "|---" * (len(COLUMNS) + 4) + "|"]
    for name, tally in seen.items():
        cells = " | ".join(map(tally.cell, COLUMNS))
        cost = f"{1000 * tally.cpu / tally.pages:.1f} | {tally.cpu / base:.2f}"
        lines.append(f"| {name} | {cells} | {cost} | {tally.failures} |")
    return lines


def by_script(groups: dict[str, Tally]) -> list[str]:
    """The table of our scores by script."""
    lines = [f"| script | pages | {' | '.join(COLUMNS)} |", "|---" * (len(COLUMNS) + 2) + "|"]
    names = sorted(groups.keys() - {SAMPLE}, key=lambda name: -groups[name].pages)
    return lines + [f"| {n} | {groups[n].pages} | {' | '.join(map(groups[n].cell, COLUMNS))} |" for n in names]


def report(tallies: Tallies, missing: list[str], costs: list[str]) -> str:
    """The tables as Markdown."""
    pages = tallies[OURS][ALL].pages
    lines = [f"# Extraction quality\n\n{pages} pages with known truth; `python -m bench.extraction` makes this file.\n"]
    lines += beside(tallies, ALL)
    if SAMPLE in tallies[OURS]:
        lines += [f"\n## Peers, on {tallies[OURS][SAMPLE].pages} of the pages\n", *beside(tallies, SAMPLE)]
    if missing:
        lines.append(f"\nNot installed here, so not measured: {', '.join(missing)}.")
    lines += ["\n## By script, ours\n", *by_script(tallies[OURS])]
    lines.append(
        "\nA record keeps the standfirst in `description`. Where the page shows one it is put before the text here, "
        "because most truths count it as text (Fundus's and trafilatura's nearly always, the others seldom); the row "
        "`text alone` is without it. Snippets are compared letter by letter: a truth that writes straight quotes where "
        "the page has curly ones, or keeps its soft hyphens, counts as missed."
    )
    return "\n".join([*lines, "\n## Where the CPU goes\n", *costs, ""])


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--limit", type=int, help="so many pages only")
    parser.add_argument("--sample", type=int, default=200, help="pages on which the peers are measured; 0 for none")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "quality.md")
    args = parser.parse_args()
    if not (args.corpus / "truth.jsonl").exists():
        sys.exit(f"No truth.jsonl in {args.corpus}: name a folder of pages with --corpus.")
    logging.disable(logging.CRITICAL)
    records = [json.loads(line) for line in (args.corpus / "truth.jsonl").open(encoding="utf-8")][: args.limit]
    run = Run(args.corpus, records)
    run.measure()
    missing = run.compare(args.sample) if args.sample else []
    costs = profile_extraction.tables(_page(args.corpus, r) for r in records[:: max(1, len(records) // PROFILED)])
    told = report(run.tallies, missing, costs)
    print(told)
    args.out.parent.mkdir(exist_ok=True)
    args.out.write_text(told, encoding="utf-8")


def _score(corpus: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", corpus / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
