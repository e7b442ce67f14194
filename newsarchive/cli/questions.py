"""The flags that say which articles are meant, the same in every command that reads."""

import argparse
import sys
from collections.abc import Sequence
from itertools import islice

from newsarchive import clock
from newsarchive.archive import Archive
from newsarchive.archive.answers import Answer
from newsarchive.archive.counting import Site
from newsarchive.archive.query import COUNTRY, Tag
from newsarchive.archive.reader import Asked
from newsarchive.errors import UsageError
from newsarchive.suggest import did_you_mean, nearest

_TAGS_TRIED = 5_000


def add_question_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that choose articles."""
    flags = {
        "site": "only this site",
        "tag": "only with this tag; a country in any language",
        "since": "published on or after: 2026-11-01, 2026-11, an instant, or an age such as 7d",
        "until": "published up to and including this day or month, or before this instant",
        "lang": "only this language, such as fr",
        "text": "only with these words in title, description or text",
    }
    for name, told in flags.items():
        parser.add_argument(f"--{name}", type=_given, action=_Once, help=told)
    parser.add_argument(
        "--spelling", default="any", choices=("any", "exact"), help="exact: a country's tag too as it is spelled"
    )
    parser.add_argument("--duplicates", action="store_true", help="with copies of other articles too")


class _Once(argparse.Action):
    """Takes a flag once: of two values one would be forgotten without a word."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: str | None = None
    ) -> None:
        """Keep the value."""
        if getattr(namespace, self.dest, None) is not None:
            parser.error(f"{option} is given twice; ask once for each")
        setattr(namespace, self.dest, values)


def _given(text: str) -> str:
    """Return what was given; a variable of the shell that is not set must not ask for everything."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty: leave it out to ask for all")
    return text


def asked(options: argparse.Namespace) -> Asked:
    """Return the question that the flags put; say on standard error how its tag was understood.

    Raises:
        UsageError: a date is malformed.
    """
    from newsarchive.discovery.window import Window  # noqa: PLC0415 - lxml is not needed without a date

    window = Window.parse(options.since or "", options.until or "", clock.now())
    if options.tag and (note := Tag.named(options.tag, exact=options.spelling == "exact").note):
        print(note, file=sys.stderr)
    return Asked(
        site=options.site or "",
        tag=options.tag or "",
        spelling=options.spelling,
        language=options.lang or "",
        since=clock.stamp(window.since) if window.since else "",
        until=clock.stamp(window.until) if window.until else "",
        text=options.text or "",
        duplicates=options.duplicates,
    )


def tell_left_out(found: Answer) -> None:
    """Say on standard error how many copies an answer has left out; call it once the answer has been read."""
    if found.copies_left_out:
        told = f"copies of other articles left out: {found.copies_left_out}; --duplicates brings them in"
        print(told, file=sys.stderr)


def tell_nothing(archive: Archive, question: Asked) -> None:
    """Say on standard error why a question may have found nothing; call it before anything is written.

    Raises:
        UsageError: it names a site, language or tag that the archive does not have; the message says what was
            perhaps meant.
    """
    print(f"nothing found: {_why(archive, question)}", file=sys.stderr)


def _why(archive: Archive, question: Asked) -> str:
    uri, sites = archive.storage.uri, archive.sites()
    if not sites:
        return f"there are no articles in {uri} yet; newsarchive crawl --uri {uri} brings some"
    _refuse_unknown(uri, question, sites)
    if (tag := question.get("tag", "")) and _is_there(archive, tag):
        return f"the tag {tag!r} is in other articles of {uri}"
    first = min((s.published_min for s in sites if s.published_min), default="")[:10]
    last = max(s.published_max for s in sites)[:10]
    span = f" were published from {first} to {last}" if first else " have no dates"
    return f"the articles in {uri}{span}; newsarchive tags lists their tags"


def _refuse_unknown(uri: str, question: Asked, sites: Sequence[Site]) -> None:
    names, languages = {s.name for s in sites}, {code for s in sites for code in s.languages}
    if (site := question.get("site", "")) and site not in names:
        raise UsageError(f"{uri} has no site {site!r}: {did_you_mean(site, names)}")
    if (language := question.get("language", "")) and language not in languages:
        raise UsageError(f"{uri} has nothing in the language {language!r}: {did_you_mean(language, languages)}")


def _is_there(archive: Archive, tag: str) -> bool:
    """Tell whether any article has a tag; a country that none has is no mistake, as a word that none has is."""
    meant = Tag.named(tag)
    if next(archive.articles(tag=tag, duplicates=True), None):
        return True
    if meant.ids:
        return False
    near = _country(archive, tag) or nearest(tag, islice(archive.tags(), _TAGS_TRIED))
    hint = f"did you mean {near!r}?" if near else f"newsarchive tags --uri {archive.storage.uri} lists them"
    if "," in tag:
        hint = "--tag takes one tag, which may hold commas; ask once for each"
    raise UsageError(f"no article in {archive.storage.uri} has the tag {tag!r}: {hint}")


def _country(archive: Archive, code: str) -> str:
    """Return the tag id that a bare code such as `IR` may be meant for; `""` if no article has it."""
    return f"{COUNTRY}{code.upper()}" if code.upper() in archive.count("country") else ""
