"""What a site declares about itself, checked when its module is imported."""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsarchive.archive.ledger import FILLS
from newsarchive.article import Hints
from newsarchive.errors import UsageError
from newsarchive.rights.policy import Policy
from newsarchive.spool.seen import Revisit
from newsarchive.suggest import did_you_mean
from newsarchive.urls import is_web

REQUIRED = frozenset({"name", "publisher", "country", "language", "allowed_domains", "article_pattern"})
SELECTORS = frozenset(Hints.__dataclass_fields__) & {
    "body_css",
    "tags_css",
    "authors_css",
    "title_css",
    "description_css",
}
BUDGETS: Mapping[str, tuple[type, ...]] = {"max_pages": (int,), "max_minutes": (int, float)}
_OTHERS = ("feeds", "sitemaps", "section_pages", "editions", "timezone", "drop", "expects", "obey", "revisit")
OPTIONAL = frozenset(_OTHERS) | {"custom_settings"} | BUDGETS.keys() | SELECTORS
_FORMS = {
    "name": (re.compile(r"[a-z0-9-]+"), "lower-case letters, digits and hyphens"),
    "country": (re.compile(r"[A-Z]{2}"), "an ISO 3166 code such as FR"),
    "language": (re.compile(r"[a-z]{2,3}"), "a BCP 47 language such as fr"),
}


def check(declared: Mapping[str, Any], *, where: str) -> None:
    """Check the attributes a site's class declares; `where` names the class.

    Raises:
        UsageError: an attribute is missing, misspelt or malformed; the message names it and its value.
    """
    for name in sorted(REQUIRED - declared.keys()):
        raise UsageError(f"{where} lacks the declaration {name!r}")
    for name, value in declared.items():
        if not name.startswith("_") and not _is_code(value) and name not in REQUIRED | OPTIONAL:
            raise UsageError(f"{where} declares the unknown {name!r}: {did_you_mean(name, REQUIRED | OPTIONAL)}")
    for name, (form, meaning) in _FORMS.items():
        if not isinstance(declared[name], str) or not form.fullmatch(declared[name]):
            raise UsageError(f"{where}: {name} is {declared[name]!r}; write {meaning}")
    _check_addresses(declared, where)
    _check_rest(declared, where)


def _is_code(value: object) -> bool:
    return callable(value) or isinstance(value, (classmethod, staticmethod, property))


def _check_addresses(declared: Mapping[str, Any], where: str) -> None:
    for name in ("feeds", "sitemaps", "section_pages"):
        for url in _strings(declared, name, where):
            if not is_web(url):
                raise UsageError(f"{where}: {name} has {url!r}; write a whole http:// or https:// address")
    if not any(declared.get(name) for name in ("feeds", "sitemaps", "section_pages")):
        raise UsageError(f"{where} declares no feeds, no sitemaps and no section_pages: nothing could be discovered")
    if not declared["allowed_domains"]:
        raise UsageError(f"{where}: allowed_domains is empty; write the site's domains, such as rfi.fr")
    for domain in _strings(declared, "allowed_domains", where):
        if not re.fullmatch(r"[a-z0-9.-]+", domain):
            raise UsageError(f"{where}: allowed_domains has {domain!r}; write a bare domain such as rfi.fr")


def _strings(declared: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = declared.get(name, ())
    if not isinstance(value, (tuple, list)) or not all(isinstance(v, str) for v in value):
        raise UsageError(f"{where}: {name} is {value!r}; write a tuple of strings")
    return tuple(value)


def _check_rest(declared: Mapping[str, Any], where: str) -> None:
    try:
        re.compile(declared["article_pattern"])
    except (re.error, TypeError) as error:
        raise UsageError(
            f"{where}: article_pattern {declared['article_pattern']!r} is no regular expression: {error}"
        ) from error
    if zone := declared.get("timezone"):
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise UsageError(f"{where}: timezone is {zone!r}; write an IANA name such as Europe/Paris") from error
    if not isinstance(declared.get("editions", {}), Mapping):
        raise UsageError(
            f"{where}: editions is {declared['editions']!r}; write a mapping from path segment to language"
        )
    for name in sorted(BUDGETS.keys() & declared.keys()):
        if type(declared[name]) not in BUDGETS[name] or declared[name] <= 0:
            raise UsageError(f"{where}: {name} is {declared[name]!r}; write a number above 0")
    _strings(declared, "drop", where)
    Policy.of(_strings(declared, "obey", where), where=f"{where}: obey")
    Revisit.named(declared.get("revisit", Revisit.AUTO), where=f"{where}: revisit")
    for name in _strings(declared, "expects", where):
        if name not in FILLS:
            raise UsageError(f"{where}: expects has {name!r}: {did_you_mean(name, FILLS)}")
