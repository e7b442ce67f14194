"""X-Robots-Tag and robots metas, as sites write them."""

import pytest

from newsarchive.rights.directives import directives

EXPIRY = {"unavailable_after": "2010-06-25T15:00:00Z"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("noarchive", {"noarchive": ""}),
        ("NoArchive, NOAI", {"noarchive": "", "noai": ""}),
        ("index,follow,noarchive,max-image-preview:large", {"index", "follow", "noarchive", "max-image-preview"}),
        ("noindex nofollow noarchive", {"noindex", "nofollow", "noarchive"}),
        ("nocache", {"noarchive": ""}),
        ("googlebot: noarchive", {}),
        ("googlebot: noindex, noarchive", {}),
        ("newsarchive: noarchive", {"noarchive": ""}),
        ("NewsArchive : noarchive", {"noarchive": ""}),
        ("*: noarchive", {"noarchive": ""}),
        ("noai, googlebot: noarchive, newsarchive: noindex", {"noai", "noindex"}),
        ("googlebot: noarchive, newsarchive: noindex, noai", {"noindex", "noai"}),
        ("otherbot: unavailable_after: 2010-06-25", {}),
        ("x-unknown: 3, noarchive", {"noarchive": ""}),
        ("max-snippet: 20, noarchive", {"max-snippet": "20", "noarchive": ""}),
        ("unavailable_after: 25 Jun 2010 15:00:00 GMT", EXPIRY),
        ("unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT, noarchive", {**EXPIRY, "noarchive": ""}),
        ("noarchive, unavailable_after: Friday, 25-Jun-10 15:00:00 GMT", {**EXPIRY, "noarchive": ""}),
        ("unavailable_after: 2010-06-25T17:00:00+02:00", EXPIRY),
        ("unavailable_after:2010-06-25T15:00:00Z,noarchive", {**EXPIRY, "noarchive": ""}),
        ("newsarchive: unavailable_after: 2010-06-25T15:00:00Z", EXPIRY),
        ("unavailable_after: some day", {}),
        ("unavailable_after:", {}),
        ("unavailable_after: Fri, 25 Jun 99999 15:00:00 GMT", {}),
        ("noarchives, no-archive, archive", {"archive": ""}),
        ("", {}),
        (", ,:,::", {}),
        ("noarchive\x00", {}),
        ("é" * 10_000, {}),
    ],
)
def test_directives_for_us(text: str, expected: dict[str, str] | set[str]) -> None:
    """Those for every robot and those after our name; dates with their commas; nothing that is for others."""
    found = directives(text)
    assert (set(found) if isinstance(expected, set) else found) == expected
