"""The ledger: what one run found at one site, as one line of JSON for every site of the run.

The rules are those of an article's record: every key in every line, in one order, never null; an unknown number is 0,
an unknown text `""`, and what has no fixed keys is a JSON object in a text.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from newsarchive.errors import IntegrityError

LEDGER_VERSION = "1.0"
NO_RUN = "runs/crawl_date=1970-01-01/none.jsonl"
"""Key of an empty ledger: DuckDB refuses a pattern that no file matches."""
FILLS = ("date_published", "authors", "tags", "description", "section", "image_url", "text")
"""Fields of an article of which a row counts how many articles have them, as `with_<field>`."""

_BLOCKED = ("robots", "backed-off", "consent-page", "bot-wall")
_BLOCKED_STATUS = ("401", "402", "403", "407", "429", "451")
_REFUSALS = ("skipped", "failed", "rejected")
_KINDS = ("skipped", "failed", "rejected", "dropped", "ignored", "listings")


def is_blocked(reason: str) -> bool:
    """Tell whether a counter's reason means that the site refused us: `http-403`, `robots`, `consent-page`."""
    bare = reason.removeprefix("robots-")
    return bare in _BLOCKED or (bare.startswith("http-") and bare.endswith(_BLOCKED_STATUS))


def _text(meaning: str, default: str = "") -> Any:  # noqa: ANN401 - as dataclasses.field
    return field(default=default, metadata={"description": meaning})


def _number(meaning: str) -> Any:  # noqa: ANN401 - as above
    return field(default=0, metadata={"description": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One site in one run. Counts of articles' fields are over `extracted`, the lag over `new` with a time of day."""

    ledger_version: str = _text("version of this row's schema, `major.minor`", LEDGER_VERSION)
    run_id: str = _text("the run")
    site: str = _text("short name of the site")
    crawl_date: str = _text("day on which the run started, UTC")
    started_at: str = _text("when the run started, RFC 3339 in UTC")
    finished_at: str = _text("when the run ended, RFC 3339 in UTC, or empty if it was killed")
    finish_reason: str = _text("`finished`, or what cut the crawl short: `killed`, `shutdown`, `archive_error` …")
    scope: str = _text("names of the arguments that narrowed the crawl, joined by commas; empty for a whole crawl")
    state: str = _text("`ok`, `suspect`, `broken`, `moved`, `blocked`, or `unjudged`", "unjudged")
    state_since: str = _text("when the site came into this state, RFC 3339 in UTC")
    signals_json: str = _text("what was found wrong, by name: one sentence each, as a JSON object", "{}")
    examples_json: str = _text("addresses of examples by reason, as a JSON object of lists", "{}")
    discovered: int = _number("article links met for the first time in the run")
    fetched: int = _number("pages fetched")
    not_modified: int = _number("pages that answered 304")
    known: int = _number("links not fetched: archived before and not due")
    blocked: int = _number("links and pages refused by the site: robots, 401, 403, 429, bot wall, consent page")
    skipped: int = _number("links not fetched by policy, those known and blocked included")
    failed: int = _number("pages that could not be fetched, those blocked included")
    rejected: int = _number("pages fetched that gave no article, consent pages included")
    extracted: int = _number("pages that gave an article")
    dropped: int = _number("articles not archived by policy: unchanged, duplicate …")
    new: int = _number("articles archived for the first time")
    revised: int = _number("later revisions archived")
    ignored: int = _number("links in listings that are no article links of the site")
    listings: int = _number("feeds, sitemaps and section pages asked for")
    listings_failed: int = _number("those that could not be fetched")
    listings_blocked: int = _number("those refused by the site")
    reasons_json: str = _text("every counted reason such as `failed/http-404`, as a JSON object of counts", "{}")
    with_date_published: int = _number("articles with a publication date")
    with_authors: int = _number("articles with authors")
    with_tags: int = _number("articles with tags")
    with_description: int = _number("articles with a standfirst")
    with_section: int = _number("articles with a section")
    with_image_url: int = _number("articles with an image")
    with_text: int = _number("articles with a text")
    paywalled: int = _number("articles behind a paywall")
    text_length: int = _number("median length of the texts, in characters")
    repeated: int = _number("articles whose text another article of the run has too")
    lagged: int = _number("new articles whose date has a time of day: those that the lag is measured on")
    lag_minutes: int = _number("median minutes from publication to fetch")
    dated_now: int = _number("of those, articles dated within two minutes of the fetch, or after it")
    dates: int = _number("of those, the number of different dates")
    compared: int = _number("articles that have a date and whose link gave one too")
    misdated: int = _number("of those, articles over two days from their link's date, or dated by the fetch unlike it")
    revisited: int = _number("pages fetched again that had given an article before")
    lost: int = _number("of those, pages that gave none now")
    barren: int = _number("pages fetched again that gave no article before and gave none now")
    languages_json: str = _text("articles by language, as a JSON object", "{}")
    hosts_json: str = _text("pages fetched by the host they came from, as a JSON object", "{}")
    elsewhere_json: str = _text("links and redirects that led off the site, by host, as a JSON object", "{}")
    fetch_ms: int = _number("median milliseconds from request to answer, of pages fetched or not modified")
    fetch_ms_p90: int = _number("ninetieth percentile of the same")
    listing_ms: int = _number("the same of feeds, sitemaps and section pages, the median")

    @property
    def reasons(self) -> Mapping[str, int]:
        """Every counted reason with its count."""
        return _parsed(self.reasons_json)

    @property
    def languages(self) -> Mapping[str, int]:
        """Articles by language."""
        return _parsed(self.languages_json)

    @property
    def elsewhere(self) -> Mapping[str, int]:
        """What led off the site, by host."""
        return _parsed(self.elsewhere_json)

    @property
    def signals(self) -> Mapping[str, str]:
        """What was found wrong, by name."""
        return _parsed(self.signals_json)

    @property
    def examples(self) -> Mapping[str, list[str]]:
        """Addresses of examples, by reason."""
        return _parsed(self.examples_json)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Mapping[str, Any]:
    """Return a JSON object; judging a site reads the same few texts again and again."""
    return MappingProxyType(json.loads(text))


COLUMNS = tuple(f.name for f in fields(LedgerRow))
_TYPES: dict[str, type] = {f.name: int if f.type is int else str for f in fields(LedgerRow)}


def encode(row: LedgerRow) -> bytes:
    """Return a row as one UTF-8 JSON line, with its line end."""
    return json.dumps(asdict(row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes | str, *, where: str = "line") -> LedgerRow:
    """Return the row of a line; `where` names the line in errors. Columns that are not there have their default.

    Raises:
        IntegrityError: the line is no ledger row, or one of an unknown major version.
    """
    try:
        values = json.loads(line)
        version = str(values["ledger_version"])
        row = LedgerRow(**{name: _TYPES[name](values[name]) for name in COLUMNS if name in values})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError(f"{where} is not a ledger row: {error!r}") from error
    if version.partition(".")[0] != LEDGER_VERSION.partition(".")[0]:
        raise IntegrityError(f"{where} has ledger version {version}; this newsarchive reads version 1")
    return row


def rows_of(report: Mapping[str, Any]) -> Iterator[LedgerRow]:
    """Yield the ledger rows of a run report, a site each."""
    for site, tally in report.get("sites", {}).items():
        yield LedgerRow(
            **_of_run(report, site),
            **_counts(tally),
            **report.get("readings", {}).get(site, {}),
            **report.get("verdicts", {}).get(site, {}),
        )


def _of_run(report: Mapping[str, Any], site: str) -> dict[str, Any]:
    return {
        "site": site,
        "run_id": report["run_id"],
        "crawl_date": report["started_at"][:10],
        "started_at": report["started_at"],
        "finished_at": report["finished_at"],
        "finish_reason": report.get("finish_reasons", {}).get(site, report["finish_reason"]),
        "scope": report.get("scope", ""),
    }


def _counts(tally: Mapping[str, Any]) -> dict[str, Any]:
    reasons = {f"{kind}/{reason}": n for kind in _KINDS for reason, n in tally[kind].items() if n}
    listings = {reason: n for reason, n in tally["listings"].items() if reason.startswith("failed/")}
    plain = ("discovered", "fetched", "not_modified", "extracted", "revised")
    sums = ("skipped", "failed", "rejected", "dropped", "ignored", "listings")
    return {
        **{name: tally[name] for name in plain},
        **{name: sum(tally[name].values()) for name in sums},
        "known": tally["skipped"].get("known", 0),
        "new": tally["archived"] - tally["revised"],
        "blocked": sum(
            n for kind in ("skipped", "failed", "rejected") for r, n in tally[kind].items() if is_blocked(r)
        ),
        "listings_failed": sum(listings.values()),
        "listings_blocked": sum(n for reason, n in listings.items() if is_blocked(reason.removeprefix("failed/"))),
        "reasons_json": json.dumps(reasons),
    }


def ledger_views() -> str:
    """Return DuckDB views over the ledger: `ledger` a row a site and run, `sites` a site and day, `runs` a run."""
    kinds = {int: "BIGINT", str: "VARCHAR"}
    columns = ", ".join(f"'{name}': '{kinds[kind]}'" for name, kind in _TYPES.items())
    counts = [n for n, kind in _TYPES.items() if kind is int and n not in _MEDIANS]
    sums = ",\n    ".join(f"sum({name})::BIGINT AS {name}" for name in counts)
    medians = ",\n    ".join(f"median({name}) FILTER ({_SAMPLE[name]} > 0) AS {name}" for name in _MEDIANS)
    return f"""CREATE OR REPLACE VIEW ledger AS
SELECT * REPLACE (
    TRY_CAST(NULLIF(started_at, '') AS TIMESTAMPTZ) AS started_at,
    TRY_CAST(NULLIF(finished_at, '') AS TIMESTAMPTZ) AS finished_at,
    CAST(crawl_date AS DATE) AS crawl_date)
FROM read_json('runs/*/*.jsonl', format = 'newline_delimited', hive_partitioning = false,
    columns = {{{columns}}});
CREATE OR REPLACE VIEW sites AS
SELECT site, crawl_date, count(*) AS runs, max_by(state, started_at) AS state,
    {sums},
    {medians}
FROM ledger GROUP BY site, crawl_date;
CREATE OR REPLACE VIEW runs AS
SELECT run_id, min(started_at) AS started_at, max(finished_at) AS finished_at, count(*) AS sites,
    count(*) FILTER (state NOT IN ('ok', 'unjudged')) AS sites_not_ok,
    {sums}
FROM ledger GROUP BY run_id;
"""


_SAMPLE = {
    "text_length": "with_text",
    "lag_minutes": "lagged",
    "fetch_ms": "fetched",
    "fetch_ms_p90": "fetched",
    "listing_ms": "listings",
}
_MEDIANS = tuple(_SAMPLE)
