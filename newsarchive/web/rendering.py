"""Jinja2 templates, everything escaped unless it was made here."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from newsarchive.harmless import visible
from newsarchive.web import showing
from newsarchive.web.addresses import article_address, search_address, tag_address
from newsarchive.web.health import health

_DAY = len("2026-11-23")
_MINUTE = len("2026-11-23T06:15")


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("newsarchive.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        brief=showing.brief, visible=visible, number=lambda n: f"{n:,}", day=lambda s: s[:_DAY], moment=_moment,
        lang=showing.language_tag, direction=showing.direction,
        spelled=showing.spelled, language_name=showing.language_name,
    )  # fmt: skip
    found.globals.update(snippet=showing.snippet, health=health)
    return found


def _moment(stamp: str) -> str:
    return stamp[:_MINUTE].replace("T", " ")


def render(name: str, *, carried: Mapping[str, str], **values: Any) -> str:  # noqa: ANN401 - what a template names
    """Return the page a template makes of values; `carried` are the parameters that its links keep."""
    addresses = (article_address, search_address, tag_address)
    bound = {address.__name__: partial(address, **carried) for address in addresses}
    kept = f"?{urlencode(carried)}" if carried else ""
    return _environment().get_template(name).render(**bound, kept=kept, **values)
