"""Extraction quality and cost, ours beside its peers in one run: `python bench/extraction.py [--corpus FOLDER]`.

The folder holds `truth.jsonl`, `pages/` and `score.py`, whose comparison and columns are used. Peers that are not
installed are named as missing. The tables are printed and written to docs/quality.md.
"""

import argparse
import collections
import gzip
import importlib.util
import json
import logging
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from newsarchive.article import Article
from newsarchive.errors import NotAnArticleError
from newsarchive.extraction import extract

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
COLUMNS = ("text", "textP", "textR", "snip", "title", "day", "minute", "authors", "tags", "lang")
GROUPS = {"Cyrillic": "ru uk bg sr be mk", "Arabic script": "ar fa ur ps", "CJK": "zh ja ko"}
WARM_UP = 5

Extractor = Callable[[bytes, str | None], dict[str, Any]]


@dataclass
class Tally:
    """What one extractor has scored, by group of pages, and its CPU seconds."""

    scores: dict[str, dict[str, list[Any]]] = field(
        default_factory=lambda: collections.defaultdict(lambda: collections.defaultdict(list))
    )
    cpu: float = 0.0
    failures: int = 0


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


def _trafilatura(**options: Any) -> Extractor:  # noqa: ANN401 - bare_extraction's own
    from trafilatura import bare_extraction  # noqa: PLC0415 - a peer is loaded when it is asked for

    def run(html: bytes, url: str | None) -> dict[str, Any]:
        found = bare_extraction(html, url=url, with_metadata=True, **options)
        got = found if isinstance(found, dict) else found.as_dict() if found else {}
        return {
            "title": got.get("title"),
            "authors": (got.get("author") or "").split("; "),
            "published": got.get("date"),
            "tags": got.get("tags") or [],
            "text": got.get("text"),
            "language": got.get("language"),
        }

    return run


def _newspaper() -> Extractor:
    from newspaper import Article as Newspaper  # noqa: PLC0415 - as above

    def run(html: bytes, url: str | None) -> dict[str, Any]:
        got = Newspaper(url or "http://unknown.invalid/", fetch_images=False)
        got.download(input_html=html.decode("utf-8", "replace"))
        got.parse()
        when = got.publish_date.isoformat() if got.publish_date else ""
        told = {"title": got.title, "authors": got.authors, "published": when, "tags": sorted(got.tags)}
        return told | {"text": got.text, "language": got.meta_lang}

    return run


def _newsplease() -> Extractor:
    from newsplease import NewsPlease  # noqa: PLC0415 - as above

    def run(html: bytes, url: str | None) -> dict[str, Any]:
        got = NewsPlease.from_html(html, url=url)
        when = got.date_publish.isoformat() if got.date_publish else ""
        return {
            "title": got.title,
            "authors": got.authors,
            "published": when,
            "text": got.maintext,
            "language": got.language,
        }

    return run


def _readability() -> Extractor:
    from lxml.html import fromstring  # noqa: PLC0415 - as above
    from readability import Document  # noqa: PLC0415 - as above

    def run(html: bytes, _url: str | None) -> dict[str, Any]:
        got = Document(html.decode("utf-8", "replace"))
        return {"title": got.short_title(), "text": "\n".join(fromstring(got.summary()).itertext())}

    return run


PEERS: dict[str, Callable[[], Extractor]] = {
    "trafilatura": _trafilatura,
    "newsarchive": lambda: ours,
    "newsarchive, text alone": lambda: alone,
    "trafilatura fast": lambda: _trafilatura(fast=True),
    "newspaper4k": _newspaper,
    "news-please": _newsplease,
    "readability-lxml": _readability,
}


def available() -> tuple[dict[str, Extractor], list[str]]:
    """The extractors that can be loaded here, and the names of those that cannot."""
    found, missing = {}, []
    for name, load in PEERS.items():
        try:
            found[name] = load()
        except ImportError:
            missing.append(name)
    return found, missing


def group(record: dict[str, Any]) -> str:
    """The script group of a page's language."""
    language = record.get("language") or ""
    return next(
        (name for name, codes in GROUPS.items() if language in codes.split()), "Latin" if language else "unknown"
    )


def measure(
    records: list[dict[str, Any]], corpus: Path, extractors: dict[str, Extractor], score: ModuleType
) -> dict[str, Tally]:
    """Run all extractors page by page in rotating order, as `score.py` does."""
    tallies = {name: Tally() for name in extractors}
    order = list(extractors)
    for number, record in enumerate([*records[:WARM_UP], *records]):
        html = gzip.decompress((corpus / record["html_path"]).read_bytes())
        turn = number % len(order)
        for name in order[turn:] + order[:turn]:
            got, seconds, failed = timed(extractors[name], html, record["url"])
            if number >= WARM_UP:
                count(tallies[name], score.compare(record, got), seconds, failed=failed, groups=("all", group(record)))
    return tallies


def timed(extractor: Extractor, html: bytes, url: str | None) -> tuple[dict[str, Any], float, bool]:
    """What an extractor gives, its CPU seconds, and whether it failed: a failure is a result, an empty one."""
    start = time.process_time()
    try:
        return extractor(html, url) or {}, time.process_time() - start, False
    except Exception:  # noqa: BLE001 - whatever a peer raises counts as its failure
        return {}, time.process_time() - start, True


def count(tally: Tally, page: dict[str, Any], seconds: float, *, failed: bool, groups: Iterable[str]) -> None:
    """Add one page's scores."""
    tally.cpu += seconds
    tally.failures += failed
    for name in groups:
        for column, value in page.items():
            tally.scores[name][column].append(value)


def cell(scores: dict[str, list[Any]], column: str) -> str:
    """One score as text, nothing where no page has it."""
    if column == "snip":
        if not scores.get("_snip"):
            return ""
        found, missed, noise = map(sum, zip(*scores["_snip"], strict=True))
        return f"{2 * found / (2 * found + missed + noise):.3f}"
    values = scores.get(column)
    return f"{sum(values) / len(values):.3f}" if values else ""


def tables(tallies: dict[str, Tally], pages: int, missing: list[str]) -> str:
    """The report as Markdown."""
    base = tallies["trafilatura"].cpu or 1.0
    lines = [f"# Extraction quality\n\n{pages} pages with known truth; `python bench/extraction.py` makes this file.\n"]
    lines += [f"| extractor | {' | '.join(COLUMNS)} | CPU ms | ratio | failures |", "|---" * (len(COLUMNS) + 4) + "|"]
    for name, tally in tallies.items():
        cells = " | ".join(cell(tally.scores["all"], column) for column in COLUMNS)
        lines.append(
            f"| {name} | {cells} | {1000 * tally.cpu / pages:.1f} | {tally.cpu / base:.2f} | {tally.failures} |"
        )
    if missing:
        lines.append(f"\nNot installed here, so not measured: {', '.join(missing)}.")
    lines += [
        "\n## By script, ours\n",
        f"| script | pages | {' | '.join(COLUMNS)} |",
        "|---" * (len(COLUMNS) + 2) + "|",
    ]
    for name, scores in sorted(tallies["newsarchive"].scores.items()):
        cells = " | ".join(cell(scores, column) for column in COLUMNS)
        lines.append(f"| {name} | {max(map(len, scores.values()), default=0)} | {cells} |")
    lines.append(
        "\nA record keeps the standfirst in `description`. Where the page shows one it is put before the text here, "
        "because most truths count it as text (Fundus's and trafilatura's nearly always, the others seldom); the row "
        "`text alone` is without it. Snippets are compared letter by letter: a truth that writes straight quotes where "
        "the page has curly ones, or keeps its soft hyphens, counts as missed.\n"
    )
    return "\n".join(lines)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "quality.md")
    args = parser.parse_args()
    if not (args.corpus / "truth.jsonl").exists():
        sys.exit(f"No truth.jsonl in {args.corpus}: name a folder of pages with --corpus.")
    logging.disable(logging.CRITICAL)
    records = [json.loads(line) for line in (args.corpus / "truth.jsonl").open(encoding="utf-8")][: args.limit]
    extractors, missing = available()
    report = tables(measure(records, args.corpus, extractors, _score(args.corpus)), len(records), missing)
    print(report)
    args.out.parent.mkdir(exist_ok=True)
    args.out.write_text(report, encoding="utf-8")


def _score(corpus: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", corpus / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
