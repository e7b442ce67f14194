"""Python and the packages."""

import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from newsarchive.doctor.finding import Finding, broken, note
from newsarchive.errors import UsageError

_OLDEST = (3, 11)
_USAGE = UsageError.exit_code
_EXTRA = re.compile(r"extra == ['\"]([\w-]+)['\"]")
_FOR_DEVELOPERS = frozenset({"dev", "test", "readers"})


def examine() -> Iterator[Finding]:
    """Yield what is found of the installation."""
    yield _python()
    yield _packages()
    yield from _extras()


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
    """Name the extras that are not installed, which are for some commands only, and those that would not work."""
    extras: dict[str, list[Requirement]] = {}
    for requirement in _requirements():
        if (name := _extra(requirement)) and name not in _FOR_DEVELOPERS:
            extras.setdefault(name, []).append(requirement)
    lacking = sorted(name for name, needed in extras.items() if not all(_found(r.name) for r in needed))
    if lacking:
        told = f"not installed: {', '.join(lacking)}; pip install 'newsarchive[…]' where you need one"
        yield Finding(about="extras", told=told)
    for name in sorted(extras.keys() - set(lacking)):
        if wrong := [why for requirement in extras[name] if (why := _wrong(requirement))]:
            yield note(f"extra {name}", "; ".join(wrong), f"pip install 'newsarchive[{name}]'")


def _requirements() -> list[Requirement]:
    try:
        return [Requirement(text) for text in requires("newsarchive") or ()]
    except PackageNotFoundError:
        return []


def _extra(requirement: Requirement) -> str:
    found = _EXTRA.search(str(requirement.marker or ""))
    return found[1] if found else ""


def _wrong(requirement: Requirement) -> str:
    found = _found(requirement.name)
    if not found:
        return f"{requirement.name} is not installed"
    fits = requirement.specifier.contains(found, prereleases=True)
    return "" if fits else f"{requirement.name} is {found}, not {requirement.specifier}"


def _found(package: str) -> str:
    """Return the version of an installed package; `""` for one that is not."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
