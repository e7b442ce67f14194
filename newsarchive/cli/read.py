"""Print articles from the archive."""

import argparse
import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any

from newsarchive.archive import Archive
from newsarchive.archive.conversion import CONVERSIONS
from newsarchive.archive.frames import need
from newsarchive.archive.line import to_mapping
from newsarchive.article import FIELDS, Article
from newsarchive.cli import add_archive_arguments
from newsarchive.cli.cells import markdown
from newsarchive.cli.questions import add_question_arguments, asked, tell_left_out, tell_nothing
from newsarchive.errors import UsageError
from newsarchive.harmless import csv_cell, json_text, url_line
from newsarchive.suggest import did_you_mean
from newsarchive.urls import is_web

_CSV_FIELDS = ("site", "date_published", "language", "title", "authors", "tags", "url", "word_count", "text")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_archive_arguments(parser)
    add_question_arguments(parser)
    parser.add_argument("--limit", type=_count, help="at most so many articles")
    parser.add_argument("--fields", default="", help="only these fields, comma-separated, in this order")
    parser.add_argument("--format", default="jsonl", choices=tuple(_WRITERS))
    parser.add_argument(
        "--as", dest="conversion", choices=tuple(CONVERSIONS), help="JSON lines as another tool has them"
    )
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
    write = _writer(options)
    archive = Archive.open(options.uri, endpoint_url=options.endpoint_url)
    question = asked(options)
    found = archive.articles(**question, revisions="all" if options.all_revisions else "latest", limit=options.limit)
    first = list(islice(found, 1))
    if not first and not found.copies_left_out and options.limit != 0:
        tell_nothing(archive, question)
    write(chain(first, found))
    tell_left_out(found)
    return 0


def _writer(options: argparse.Namespace) -> Callable[[Iterator[Article]], None]:
    if options.conversion and (options.fields or options.format != "jsonl"):
        raise UsageError("--as has fields and a form of its own: leave --fields and --format out")
    if options.conversion:
        return partial(_write_lines, CONVERSIONS[options.conversion])
    fields = _fields(options.fields, _CSV_FIELDS if options.format == "csv" else FIELDS)
    write = _WRITERS[options.format]
    return lambda articles: write(articles, fields)


def _write_jsonl(articles: Iterator[Article], fields: Sequence[str]) -> None:
    _write_lines(partial(_record, fields), articles)


def _record(fields: Sequence[str], article: Article) -> dict[str, Any]:
    record = to_mapping(article)
    return {f: record[f] for f in fields}


def _write_lines(converted: Callable[[Article], dict[str, Any]], articles: Iterator[Article]) -> None:
    for article in articles:
        sys.stdout.buffer.write(json_text(converted(article)).encode() + b"\n")


def _write_urls(articles: Iterator[Article], fields: Sequence[str]) -> None:  # noqa: ARG001 - as the other writers
    for article in articles:
        print(url_line(article.url))


def _write_csv(articles: Iterator[Article], fields: Sequence[str]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(fields)
    for article in articles:
        record = to_mapping(article)
        writer.writerow([csv_cell(record[f]) for f in fields])


def _write_parquet(articles: Iterator[Article], fields: Sequence[str]) -> None:
    if sys.stdout.isatty():
        raise UsageError("Parquet is not for a terminal: add > articles.parquet")
    parquet = need("pyarrow.parquet")
    from newsarchive.archive import arrow  # noqa: PLC0415 - of the extra that has just been asked for

    names = list(fields)
    schema = arrow.SCHEMA.empty_table().select(names).schema
    with parquet.ParquetWriter(sys.stdout.buffer, schema, compression="zstd") as writer:
        for batch in arrow.batches(articles):
            writer.write_batch(batch.select(names))


def _write_markdown(articles: Iterator[Article], fields: Sequence[str]) -> None:  # noqa: ARG001 - as the other writers
    for article in articles:
        print(_as_markdown(article))


def _as_markdown(article: Article) -> str:
    """Return an article to be read: heading, who and when, tags, text, address."""
    about = (article.publisher or article.site, article.date_published, ", ".join(article.authors))
    address = url_line(article.url).replace("<", "%3C").replace(">", "%3E")
    parts = (
        f"# {markdown(article.title) or 'Without title'}",
        " · ".join(markdown(part) for part in about if part),
        f"Tags: {markdown(', '.join(article.tags))}" if article.tags else "",
        f"**{markdown(article.description)}**" if article.description else "",
        *(markdown(paragraph) for paragraph in article.text.split("\n")),
        f"<{address}>" if is_web(address) else markdown(address),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


_WRITERS: dict[str, Callable[[Iterator[Article], Sequence[str]], None]] = {
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "urls": _write_urls,
    "markdown": _write_markdown,
    "parquet": _write_parquet,
}
