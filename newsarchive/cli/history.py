"""Show an article's revisions, and what changed from each to the next."""

import argparse
import difflib
import re
import sys
from collections.abc import Iterator
from itertools import pairwise

from rich.console import Console
from rich.text import Text

from newsarchive.archive import Archive
from newsarchive.archive.history import Revision
from newsarchive.archive.line import to_mapping
from newsarchive.article import Article
from newsarchive.cli import add_archive_arguments
from newsarchive.errors import UsageError
from newsarchive.harmless import json_text, visible

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_GONE, _CAME = "red strike", "green"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("which", metavar="ID|URL", help="an article's id, or an address that it has had")
    parser.add_argument("--format", default="diff", choices=("diff", "jsonl"), help="for people or for programs")
    add_archive_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Print the revisions, oldest first; UsageError if there is no such article."""
    archive = Archive.open(options.uri, endpoint_url=options.endpoint_url)
    revisions = archive.history(options.which)
    if not revisions:
        raise UsageError(f"{archive.storage.uri} has no article {options.which}")
    if options.format == "jsonl":
        _print_jsonl(revisions)
    else:
        _print_diffs(revisions)
    return 0


def _print_jsonl(revisions: list[Revision]) -> None:
    for revision in revisions:
        record = {**to_mapping(revision.article), "changed": revision.changed}
        sys.stdout.buffer.write(json_text(record).encode() + b"\n")


def _print_diffs(revisions: list[Revision]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    first = revisions[0].article
    console.print(Text(visible(f"{first.canonical_url}  {first.id}"), style="dim"))
    console.print(_heading(revisions[0]))
    console.print(Text(visible(first.title)))
    for before, revision in pairwise(revisions):
        console.print(_heading(revision))
        for name in revision.changed:
            for shown in _difference(name, before.article, revision.article):
                console.print(shown)


def _heading(revision: Revision) -> Text:
    changed = ", ".join(revision.changed) or "nothing that is shown"
    what = f"changed: {changed}" if revision.article.revision > 1 else "first archived"
    return Text(f"\nrevision {revision.article.revision}  {revision.article.crawled_at}  {what}", style="bold")


def _difference(name: str, before: Article, after: Article) -> Iterator[Text]:
    """Yield a field's changed lines, unchanged words plain, with [-what went-] and {+what came+}."""
    old, new = _lines(getattr(before, name)), _lines(getattr(after, name))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            yield Text(f"  {name}: ", style="cyan").append_text(_words("\n".join(old[a:b]), "\n".join(new[c:d])))


def _lines(value: str | tuple[str, ...]) -> list[str]:
    return visible(", ".join(value) if isinstance(value, tuple) else value).split("\n")


def _words(old: str, new: str) -> Text:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    shown = Text()
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, came = "".join(before[a:b]), "".join(after[c:d])
        if kind == "equal":
            shown.append(gone)
            continue
        shown.append(f"[-{gone}-]" if gone else "", style=_GONE)
        shown.append(f"{{+{came}+}}" if came else "", style=_CAME)
    return shown
