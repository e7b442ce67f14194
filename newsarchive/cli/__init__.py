"""The `newsarchive` command."""

import argparse
import importlib
import io
import keyword
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import NoReturn

from newsarchive import __version__, environment
from newsarchive.errors import NewsarchiveError
from newsarchive.harmless import visible
from newsarchive.redaction import redact, redact_output
from newsarchive.suggest import did_you_mean

COMMANDS = {
    "doctor": "look for what keeps a crawl from working here, and say how to mend it",
    "demo": "crawl a small bundled news site, without a network, and show the archive",
    "init": "make a project folder: your own sites, settings and schedule",
    "add": "look at a site, and declare it",
    "check": "look at declared sites live, and say where the declarations are wrong",
    "crawl": "crawl sites into the archive",
    "read": "print articles from the archive",
    "serve": "show the archive as a web page, on this machine only",
    "history": "show an article's revisions, and what changed from each to the next",
    "tags": "list the tags in the archive, and how many articles have each",
    "sites": "list the sites in the archive",
    "stats": "count articles by month, site or tag, as a chart or a table",
    "sql": "query the archive with DuckDB",
    "schema": "print the record's schema for a tool",
    "pull": "copy the archive into a folder, or bring the copy up to date",
    "flush": "deliver what earlier runs left in the spool",
    "status": "show the state of every site after its last run",
    "report": "write the report of a run as one HTML page",
    "compact": "merge the archive's small segments, and make its Parquet files",
    "verify": "check that the archive is whole",
    "repair": "mend what can be mended without guessing",
    "erase": "take an article or a site out of the archive for good",
    "import": "bring the articles of a WARC into the archive",
    "reprocess": "extract the stored pages again, and archive what has changed",
    "rebuild-index": "make the seen and near-duplicate index anew from the archive alone",
    "extract": "print the article on one page, from a file or a URL",
}
_INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; {self.prog} --help lists what it takes\n")


def add_archive_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that say which archive is meant."""
    uri = os.environ.get("NEWSARCHIVE_URI") or "./archive"
    parser.add_argument("--uri", default=uri, help="folder or s3://bucket/prefix (NEWSARCHIVE_URI; %(default)s)")
    endpoint = os.environ.get("NEWSARCHIVE_ENDPOINT_URL") or ""
    parser.add_argument(
        "--endpoint-url", default=endpoint, help="S3-compatible store, if not Amazon's (NEWSARCHIVE_ENDPOINT_URL)"
    )


def add_state_argument(parser: argparse.ArgumentParser) -> None:
    """Add the flag that says where the spool is."""
    state = os.environ.get("NEWSARCHIVE_STATE") or ""
    parser.add_argument("--state", default=state, help="spool and indexes (NEWSARCHIVE_STATE; beside a local archive)")


def _usage() -> str:
    lines = "\n".join(f"  {name:<15}{meaning}" for name, meaning in COMMANDS.items())
    return f"usage: newsarchive COMMAND …\n\n{lines}\n\nnewsarchive COMMAND --help tells more about one."


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code: 0 fine, 2 usage, 3 expectations failed, 4 archive, 75 already running."""
    words = list(sys.argv[1:] if argv is None else argv)
    redact_output()
    _set_encoding()
    if not words or words[0] in ("-h", "--help", "help"):
        print(_usage())
        return 0 if words else 2
    if words[0] == "--version":
        print(f"newsarchive {__version__}")
        return 0
    if words[0] not in COMMANDS:
        print(f"newsarchive: unknown command {words[0]!r}: {did_you_mean(words[0], COMMANDS)}", file=sys.stderr)
        return 2
    return _run(words[0], words[1:])


def _set_encoding() -> None:
    """Write UTF-8 into files and pipes whatever the locale, and to a terminal what it can show."""
    if not isinstance(sys.stdout, io.TextIOWrapper):
        return
    if sys.stdout.isatty():
        sys.stdout.reconfigure(errors="replace")
    else:
        sys.stdout.reconfigure(encoding="utf-8")


def _wrapped(text: str) -> str:
    """Return text as help shows it; examples below keep their lines."""
    return textwrap.fill(" ".join(text.split()), shutil.get_terminal_size().columns - 2)


def _run(name: str, words: Sequence[str]) -> int:
    module = name.replace("-", "_")
    module = f"{module}_" if keyword.iskeyword(module) else module
    try:
        environment.load()
        command = importlib.import_module(f"newsarchive.cli.{module}")
        parser = _Parser(
            prog=f"newsarchive {name}", description=_wrapped(command.__doc__ or ""),
            epilog=getattr(command, "EXAMPLES", None), allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        command.add_arguments(parser)
        code = int(command.run(parser.parse_args(words)))
        sys.stdout.flush()
    except NewsarchiveError as error:
        print(visible(redact(f"newsarchive {name}: {error}")), file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # the reader of our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    else:
        return code
