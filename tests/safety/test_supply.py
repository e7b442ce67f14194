"""What is installed with us: each package from a version on, none under a licence that would bind our users."""

import re
from importlib.metadata import PackageNotFoundError, requires
from importlib.metadata import metadata as about

import pytest
from packaging.requirements import Requirement

OWN = [Requirement(text) for text in requires("newsarchive") or ()]
NEEDED = [r for r in OWN if not r.marker or "extra" not in str(r.marker)]
WITHOUT_FLOOR = {"lxml-html-clean"}  # lxml's own minimum is what counts
_GPL = re.compile(r"(?<![L\w])A?GPL|(?<!Lesser )General Public License|Affero", re.IGNORECASE)


def _closure() -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = [r.name for r in NEEDED]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = _licence(name)
        except PackageNotFoundError:  # for another system or Python
            continue
        below = (Requirement(text) for text in requires(name) or ())
        waiting += [r.name for r in below if not r.marker or r.marker.evaluate({"extra": ""})]
    return found


def _licence(name: str) -> str:
    told = about(name)
    classifiers = [c for c in told.get_all("Classifier") or () if c.startswith("License")]
    given = [*(told.get_all("License-Expression") or ()), *(text[:100] for text in told.get_all("License") or ())]
    return " ".join([*given, *classifiers])


def _binds(licence: str) -> bool:
    """Tell whether a licence is the GPL, and no other may be chosen."""
    return all(_GPL.search(choice) for choice in licence.split(" OR "))


def test_no_package_under_the_gpl_is_needed() -> None:
    """Of what an installation without extras brings, directly or not."""
    found = _closure()
    assert len(found) > len(NEEDED)
    assert {name: licence for name, licence in found.items() if _binds(licence)} == {}


@pytest.mark.parametrize("requirement", NEEDED, ids=lambda r: r.name)
def test_each_dependency_has_a_floor(requirement: Requirement) -> None:
    """A resolver cannot go back to a release that we have never run with."""
    operators = {given.operator for given in requirement.specifier}
    assert operators & {">=", "=="} or requirement.name in WITHOUT_FLOOR


@pytest.mark.parametrize(
    ("licence", "bound"),
    [
        ("GPL-3.0-only", True),
        ("AGPLv3", True),
        ("GNU General Public License v2", True),
        ("LGPL-2.1", False),
        ("MIT", False),
        ("MPL-1.1 OR GPL-2.0-only", False),
    ],
)
def test_licences_are_told_apart(licence: str, bound: bool) -> None:  # noqa: FBT001 - a table's column
    """The lesser one does not bind who only uses a library."""
    assert _binds(licence) is bound
