"""Make a project folder for your own sites: settings, declarations, tests, schedules. What is there already stays."""

import argparse
import shlex
from pathlib import Path

from newsarchive.cli.invocation import program
from newsarchive.errors import UsageError
from newsarchive.scaffold.writing import Place, write

_MOST = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help="(the working directory)"
    )
    parser.add_argument("--contact", default="", help="how publishers reach you: an address of a page or a mailbox")


def run(options: argparse.Namespace) -> int:
    """Write what is missing, and say what comes next."""
    if not options.contact.isprintable() or len(options.contact) > _MOST:
        raise UsageError(f"--contact is {options.contact!r}: write one address, of a page or a mailbox")
    place = Place.here(options.folder, contact=options.contact)
    for name, written in write(place):
        print(f"{'written' if written else 'kept':<9}{name}")
    there = "" if place.folder == Path.cwd() else f"cd {shlex.quote(str(options.folder))} && "
    print(f"\n{place.folder} is a project. What newsarchive does there goes into {place.folder / 'archive'}: see .env.")
    print("Schedules are in deploy/: crontab, systemd, Dockerfile; each begins with how it is installed.")
    print(f"\nNext: {there}{program(elsewhere=True)} add https://www.example.org/")
    return 0
