"""Print articles from the archive."""

import argparse
import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from newsarchive import clock
from newsarchive.archive import Archive
from newsarchive.archive.line import to_mapping
from newsarchive.article import FIELDS, Article
from newsarchive.cli import add_archive_arguments
from newsarchive.errors import UsageError
from newsarchive.suggest import did_you_mean

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CSV_FIELDS = ("site", "date_published", "language", "title", "authors", "tags", "url", "word_count", "text")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_archive_arguments(parser)
    parser.add_argument("--site", default="", help="only this site")
    parser.add_argument("--tag", default="", help="only articles with this tag, in any case")
    parser.add_argument(
        "--since", default="", help="published on or after: 2026-11-01, an instant, or an age such as 7d"
    )
    parser.add_argument("--until", default="", help="published before (a day counts whole)")
    parser.add_argument("--lang", default="", help="only this language, such as fr")
    parser.add_argument("--limit", type=_count, help="at most so many articles")
    parser.add_argument("--fields", default="", help="only these fields, comma-separated, in this order")
    parser.add_argument("--format", default="jsonl", choices=("jsonl", "csv", "urls"))
    parser.add_argument("--all-revisions", action="store_true", help="every archived state, not the latest only")


def _count(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def _fields(text: str, default: Sequence[str]) -> Sequence[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in FIELDS:
            raise UsageError(f"unknown field {name!r}: {did_you_mean(name, FIELDS)}")
    return names or default


def run(options: argparse.Namespace) -> int:
    """Print the articles asked for on standard output."""
    from newsarchive.discovery.window import Window  # noqa: PLC0415 - lxml is not needed without a date

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    fields = _fields(options.fields, _CSV_FIELDS if options.format == "csv" else FIELDS)
    window = Window.parse(options.since, options.until, clock.now())
    articles = Archive.open(options.uri, endpoint_url=options.endpoint_url).articles(
        site=options.site,
        tag=options.tag,
        language=options.lang,
        since=clock.stamp(window.since) if window.since else "",
        until=clock.stamp(window.until) if window.until else "",
        revisions="all" if options.all_revisions else "latest",
        limit=options.limit,
    )
    _WRITERS[options.format](articles, fields)
    return 0


def _write_jsonl(articles: Iterator[Article], fields: Sequence[str]) -> None:
    for article in articles:
        record = to_mapping(article)
        line = json.dumps({f: record[f] for f in fields}, ensure_ascii=False, separators=(",", ":"))
        sys.stdout.buffer.write(line.encode() + b"\n")


def _write_urls(articles: Iterator[Article], fields: Sequence[str]) -> None:  # noqa: ARG001 - as the other writers
    for article in articles:
        print(article.url)


def _write_csv(articles: Iterator[Article], fields: Sequence[str]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(fields)
    for article in articles:
        record = to_mapping(article)
        writer.writerow([_cell(record[f]) for f in fields])


def _cell(value: Any) -> Any:  # noqa: ANN401 - any field's value
    """Return a value that no spreadsheet takes for a formula; lists joined by semicolons."""
    text = "; ".join(value) if isinstance(value, list) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text


_WRITERS: dict[str, Callable[[Iterator[Article], Sequence[str]], None]] = {
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "urls": _write_urls,
}
