"""Python, the packages and the settings of the environment."""

import os
import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from newsarchive.doctor.finding import Finding, broken, note
from newsarchive.errors import UsageError
from newsarchive.network import Reach

_OLDEST = (3, 11)
_USAGE = UsageError.exit_code
_EXTRA = re.compile(r"extra == ['\"]([\w-]+)['\"]")
_ALARMS = ("NEWSARCHIVE_NOTIFY_URL", "NEWSARCHIVE_NOTIFY", "NEWSARCHIVE_HEALTHCHECK_URL")
_FOR_DEVELOPERS = frozenset({"dev", "test"})


def examine() -> Iterator[Finding]:
    """Yield what is found of the installation."""
    yield _python()
    yield _packages()
    yield from _extras()
    yield from _settings()


def _python() -> Finding:
    told = f"{platform.python_version()} in {sys.prefix}"
    if sys.version_info < _OLDEST:
        return broken("Python", told, "install Python 3.11 or newer", exit_code=_USAGE)
    return Finding(about="Python", told=told)


def _packages() -> Finding:
    if not _requirements():
        told = "newsarchive itself is not installed"
        return broken("packages", told, "pip install newsarchive, or -e . in a checkout", exit_code=_USAGE)
    own = [r for r in _requirements() if not _extra(r)]
    if wrong := [why for requirement in own if (why := _wrong(requirement))]:
        remedy = "install newsarchive again, in a virtual environment of its own: pip install newsarchive"
        return broken("packages", "; ".join(wrong), remedy, exit_code=_USAGE)
    return Finding(about="packages", told=f"all {len(own)} are here")


def _extras() -> Iterator[Finding]:
    """Name the extras that are not installed; they are for some commands only."""
    extras: dict[str, list[Requirement]] = {}
    for requirement in _requirements():
        if (name := _extra(requirement)) and name not in _FOR_DEVELOPERS:
            extras.setdefault(name, []).append(requirement)
    for name, needed in sorted(extras.items()):
        if wrong := [why for requirement in needed if (why := _wrong(requirement))]:
            yield note(f"extra {name}", "; ".join(wrong), f"where you need it: pip install 'newsarchive[{name}]'")


def _requirements() -> list[Requirement]:
    try:
        return [Requirement(text) for text in requires("newsarchive") or ()]
    except PackageNotFoundError:
        return []


def _extra(requirement: Requirement) -> str:
    found = _EXTRA.search(str(requirement.marker or ""))
    return found[1] if found else ""


def _wrong(requirement: Requirement) -> str:
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is not installed"
    fits = requirement.specifier.contains(found, prereleases=True)
    return "" if fits else f"{requirement.name} is {found}, not {requirement.specifier}"


def _settings() -> Iterator[Finding]:
    if not os.environ.get("NEWSARCHIVE_CONTACT"):
        yield note(
            "contact",
            "none is set",
            "set NEWSARCHIVE_CONTACT, in .env or the environment, to an address that publishers can write to",
        )
    if not any(os.environ.get(name) for name in _ALARMS):
        remedy = f"set one of {', '.join(_ALARMS)}, in .env or the environment; cron's mail needs a mail system"
        yield note("alarms", "nobody is told when a site breaks", remedy)
    try:
        Reach.parse(os.environ.get("NEWSARCHIVE_ALLOW_PRIVATE") or "0")
    except UsageError as error:
        yield broken("settings", str(error), "correct NEWSARCHIVE_ALLOW_PRIVATE", exit_code=_USAGE)
