"""The project folder: whether this is one, what it declares, and who can read its secrets."""

import stat
from collections.abc import Iterator
from pathlib import Path

from newsarchive.doctor.finding import Finding, broken, note
from newsarchive.environment import FILE, project_folder
from newsarchive.errors import UsageError

_ABOUT = "project"
_SECRETS = ("KEY=", "TOKEN=", "_URL=", "NEWSARCHIVE_NOTIFY=")


def examine() -> Iterator[Finding]:
    """Yield what is found of the project folder that the command is run in."""
    folder = project_folder()
    if folder is None:
        remedy = "to declare sites of your own: newsarchive init FOLDER, and run commands there"
        yield note(_ABOUT, "this is no project folder; the bundled sites can be crawled", remedy)
        return
    yield _sites(folder)
    yield from _secrets(folder / FILE)


def _sites(folder: Path) -> Finding:
    from newsarchive.crawl.process import project_settings, site_names  # noqa: PLC0415 - Scrapy is slow to import

    try:
        names = site_names(project_settings())
    except UsageError as error:
        remedy = "crawl --all ends with 2 until then"
        return broken(_ABOUT, f"{folder}: {error}", remedy, exit_code=UsageError.exit_code)
    return Finding(about=_ABOUT, told=f"{folder} declares {', '.join(names)}")


def _secrets(file: Path) -> Iterator[Finding]:
    """Yield a note where others than the owner can read secrets; a commented or empty setting is none."""
    if not file.is_file() or not stat.S_IMODE(file.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        return
    lines = [line.strip() for line in file.read_text(encoding="utf-8", errors="replace").splitlines()]
    if any(not line.startswith("#") and not line.endswith("=") and key in line for line in lines for key in _SECRETS):
        yield note(_ABOUT, f"{file} holds secrets, and others can read it", f"chmod 600 {file}")
