"""Verdicts on ledgers that show one thing each."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsarchive import clock
from newsarchive.archive.ledger import LedgerRow
from newsarchive.watch.absolute import Declared
from newsarchive.watch.judgement import judge
from newsarchive.watch.verdict import State, Verdict

START = datetime(2026, 11, 2, 6, tzinfo=UTC)
ALL = {f"with_{name}": 10 for name in ("date_published", "authors", "tags", "description", "section", "text")}
NOTHING = dict.fromkeys(ALL, 0) | {"extracted": 0, "new": 0, "lagged": 0, "dates": 0, "languages_json": "{}"}


def row(run: int, **changes: Any) -> LedgerRow:  # noqa: ANN401 - any column
    """Return the row of the n-th run, two a day; ten articles, as good as the day before, but for the changes."""
    fields: dict[str, Any] = {
        **ALL, "run_id": f"r{run}", "site": "example", "started_at": clock.stamp(START + timedelta(hours=12 * run)),
        "finish_reason": "finished", "state": "ok", "discovered": 30, "known": 19, "fetched": 10, "failed": 1,
        "extracted": 10, "new": 10, "listings": 1, "with_image_url": 6, "text_length": 3000 + 100 * (run % 7),
        "lagged": 10, "dates": 10, "lag_minutes": 60 + run % 9, "fetch_ms": 200 + 9 * (run % 5), "fetch_ms_p90": 400,
        "languages_json": '{"fr": 10}', "reasons_json": '{"failed/http-404": 1, "skipped/known": 19}',
    }  # fmt: skip
    return LedgerRow(**(fields | changes))


PAST = [row(n) for n in range(40)]


def reasons(**counts: int) -> str:
    """Return counted reasons, `failed__http_403=9` for `failed/http-403`, as the ledger has them."""
    return json.dumps({name.replace("__", "/").replace("_", "-"): n for name, n in counts.items()})


@pytest.mark.parametrize(
    ("changes", "state", "signals"),
    [
        ({}, "ok", []),
        ({"new": 3, "discovered": 18}, "ok", []),
        ({**NOTHING, "fetched": 0, "discovered": 20}, "ok", []),
        ({"fetched": 9, "failed": 2, "extracted": 9}, "ok", []),
        ({**NOTHING, "fetched": 0, "failed": 11, "blocked": 11, "reasons_json": reasons(failed__http_403=11)},
         "blocked", ["blocked"]),
        ({**NOTHING, "fetched": 0, "failed": 0, "blocked": 10, "reasons_json": reasons(skipped__robots=10)},
         "blocked", ["blocked"]),
        ({**NOTHING, "rejected": 10, "blocked": 10, "reasons_json": reasons(rejected__consent_page=10)},
         "blocked", ["blocked"]),
        ({**NOTHING, "rejected": 10, "reasons_json": reasons(rejected__no_body=10)}, "broken", ["rejected"]),
        ({**NOTHING, "fetched": 0, "failed": 0, "reasons_json": reasons(skipped__offsite=10),
          "elsewhere_json": '{"new.example": 10}'}, "moved", ["led-off"]),
        ({**NOTHING, "fetched": 0, "failed": 0, "reasons_json": reasons(skipped__offsite=10),
          "elsewhere_json": '{"consent.example": 10}'}, "blocked", ["led-off"]),
        ({**NOTHING, "fetched": 0, "failed": 0, "discovered": 0, "reasons_json": "{}"}, "broken", ["listed"]),
        ({"discovered": 2, "known": 0, **NOTHING, "fetched": 1}, "suspect", ["little-listed"]),
        ({"languages_json": '{"es": 10}'}, "broken", ["language"]),
        ({"repeated": 9}, "broken", ["repeated"]),
        ({"paywalled": 10}, "blocked", ["paywalled"]),
        ({"with_text": 0}, "broken", ["no-text"]),
        ({"with_authors": 0}, "suspect", ["no-authors"]),
        ({"with_image_url": 4}, "ok", []),
        ({"dates": 1}, "suspect", ["same-date"]),
        ({"dated_now": 10}, "suspect", ["dated-now"]),
        ({"text_length": 300}, "suspect", ["short"]),
        ({"fetch_ms": 4000}, "suspect", ["slow"]),
        ({"lag_minutes": 90_000}, "suspect", ["late"]),
    ],
)  # fmt: skip
def test_a_fault_is_found_in_its_first_run(changes: dict[str, Any], state: str, signals: list[str]) -> None:
    """With its name and nothing else; what is within the usual is ok."""
    verdict = judge(row(40, **changes), PAST)
    assert verdict.state == state, verdict.sentence
    if state != "ok":
        assert set(signals) <= set(verdict.signals)
        assert verdict.is_change
        assert verdict.since == row(40).started_at


def played(*changes: dict[str, Any]) -> list[Verdict]:
    """Return the verdicts on runs that follow one another after the past."""
    rows, verdicts = list(PAST), []
    for number, change in enumerate(changes, 40):
        new = row(number, **change)
        verdicts.append(judge(new, rows))
        last = verdicts[-1]
        rows.append(replace(new, state=last.state, state_since=last.since, signals_json=json.dumps(dict(last.signals))))
    return verdicts


WALL = {**NOTHING, "fetched": 0, "failed": 11, "blocked": 11, "reasons_json": reasons(failed__http_403=11)}


def worn(run: int, pages: int, rejected: int) -> LedgerRow:
    """Return the row of a sound run in which so many of its pages gave no article."""
    told = reasons(rejected__no_body=rejected)
    return row(run, fetched=pages, extracted=pages - rejected, rejected=rejected, reasons_json=told)


@pytest.mark.parametrize(
    ("runs", "usual", "pages", "state"),
    [
        (27, 2, 34, "broken"),
        (6, 2, 34, "broken"),
        (6, 0, 4, "broken"),
        (27, 7, 34, "ok"),
        (27, 4, 4, "ok"),
    ],
)
def test_no_article_at_all_is_no_chance(runs: int, usual: int, pages: int, state: str) -> None:
    """However few the runs are, and however often a page has none there, unless that explains it."""
    past = [worn(n, 16, usual) for n in range(runs)]
    now = row(runs, **NOTHING, fetched=pages, rejected=pages, reasons_json=reasons(rejected__no_body=pages))
    assert judge(now, past).state == state


QUIET = {**NOTHING, "fetched": 0, "failed": 0, "reasons_json": reasons(skipped__known=30), "known": 30}


def test_an_alarm_stands_until_it_is_known_to_have_passed() -> None:
    """A change is told once, a run that met nothing tells nothing, recovery is told once."""
    verdicts = played(WALL, WALL, QUIET, WALL, {}, {})
    assert [v.state for v in verdicts] == ["blocked"] * 4 + ["ok"] * 2
    assert [v.is_change for v in verdicts] == [True, False, False, False, True, False]
    assert {v.since for v in verdicts[:4]} == {row(40).started_at}


def test_a_run_that_was_cut_short_is_not_judged() -> None:
    """Nor does it count in the past."""
    cut = replace(row(40, **WALL), finish_reason="shutdown")
    assert judge(cut, PAST).state is State.UNJUDGED
    assert judge(row(41), [*PAST, replace(cut, state="unjudged")]).before is State.OK


def test_a_narrowed_crawl_is_not_compared_with_whole_ones() -> None:
    """Its past is that of crawls with the same arguments: here, none."""
    assert judge(row(40, scope="limit", text_length=300), PAST).state is State.OK


def test_small_sites_are_found_by_their_bad_articles_in_a_row() -> None:
    """One article is little to go by; three in a row are enough, though each came alone."""
    alone = dict.fromkeys(ALL, 1) | {"extracted": 1, "new": 1, "fetched": 1, "lagged": 1, "dates": 1}
    states = [v.state for v in played(*[alone | {"with_authors": 0}] * 3)]
    assert states[0] is State.OK
    assert states[-1] is State.SUSPECT


def test_long_silence_is_suspect_and_a_silent_weekend_is_not() -> None:
    """Measured by what is usual at that hour of that weekday."""
    verdicts = played(*[QUIET] * 6)
    assert verdicts[0].state is State.OK
    assert verdicts[-1].state is State.SUSPECT
    assert set(verdicts[-1].signals) == {"silent"}
    quiet_weekends = [
        r if datetime.fromisoformat(r.started_at).weekday() < 5 else row(n, **QUIET) for n, r in enumerate(PAST)
    ]
    saturday = next(n for n in range(40, 60) if (START + timedelta(hours=12 * n)).weekday() == 5)
    between = [row(n) for n in range(40, saturday)]
    assert judge(row(saturday, **QUIET), [*quiet_weekends, *between]).state is State.OK


def at(hours: float, **changes: Any) -> LedgerRow:  # noqa: ANN401 - any column
    """Return the row of a run so many hours after the first."""
    return row(1000, started_at=clock.stamp(START + timedelta(hours=hours)), **changes)


@pytest.mark.parametrize(
    ("told", "changes"),
    [
        ("at another hour, once", {}),
        ("nothing at an hour at which no run has been", {**QUIET}),
        ("three times as many, after a day without a run", {"new": 30, "extracted": 30, "fetched": 30}),
        ("an hour later, since clocks have changed", {**QUIET}),
    ],
)
def test_clocks_and_missed_runs_raise_no_alarm(told: str, changes: dict[str, Any]) -> None:
    """What a run brings depends on when the last one was; none of that is a fault."""
    whole = dict.fromkeys(ALL, changes["extracted"]) if "extracted" in changes else {}
    hours = {"at another hour, once": 40 * 12 + 5, "three times as many, after a day without a run": 42 * 12}
    verdict = judge(at(hours.get(told, 40 * 12 + 1), **(whole | changes | {"with_image_url": 6})), PAST)
    assert verdict.state is State.OK, verdict.sentence


def test_a_clock_set_back_compares_with_what_was_before() -> None:
    """Rows of the future are no past; a run at the very moment of another is judged."""
    assert judge(at(12 * 20, **WALL), PAST).state is State.BLOCKED
    assert judge(at(12 * 39), PAST).state is State.OK
    assert judge(at(-24 * 400), PAST).state is State.OK
    assert judge(at(24 * 4000), PAST).state is State.OK


KNOWN = dict.fromkeys(ALL, 1) | {"extracted": 1, "fetched": 1, "new": 0, "revisited": 1, "lagged": 0, "dates": 0}
AGAIN = [replace(r, revisited=5, compared=10) for r in PAST]


@pytest.mark.parametrize(
    ("changes", "signals"),
    [
        ({}, []),
        ({"languages_json": '{"es": 1}'}, ["language"]),
        ({"paywalled": 1}, ["paywalled"]),
        ({"compared": 1, "misdated": 1}, ["misdated"]),
        (dict.fromkeys(("with_authors", "with_tags", "with_section", "with_description"), 0), ["bare"]),
        ({"languages_json": '{"es": 1}', "new": 1, "revisited": 0}, []),
        ({"with_authors": 0}, []),
        ({**NOTHING, "fetched": 1, "rejected": 1, "revisited": 1, "lost": 1,
          "reasons_json": reasons(rejected__no_body=1)}, ["lost"]),
        ({**NOTHING, "fetched": 1, "rejected": 1, "revisited": 0, "barren": 1,
          "reasons_json": reasons(rejected__no_body=1)}, []),
        ({"text_length": 1000, "revisited": 3, "revised": 3, "extracted": 3, "fetched": 3}, ["short"]),
        ({"listing_ms": 3000, "fetch_ms": 1500}, ["slow", "slow-listings"]),
    ],
)  # fmt: skip
def test_one_page_is_enough_where_it_was_an_article_before(changes: dict[str, Any], signals: list[str]) -> None:
    """An article that has changed says more than a new one that is unlike the others."""
    sound = [replace(r, listing_ms=200 + n % 9) for n, r in enumerate(AGAIN)]
    whole = dict.fromkeys(ALL, changes["extracted"]) if "text_length" in changes else {}
    verdict = judge(row(40, **(KNOWN | whole | changes)), sound)
    assert sorted(verdict.signals) == sorted(signals)


@pytest.mark.parametrize(
    ("declared", "state"),
    [
        (Declared(languages=("fr",)), "ok"),
        (Declared(languages=("de", "en")), "broken"),
        (Declared(expects=("authors",)), "ok"),
        (Declared(expects=("tags", "authors")), "broken"),
    ],
)
def test_a_declaration_is_held_to_without_any_past(declared: Declared, state: str) -> None:
    """From the first run on."""
    assert judge(row(0, with_tags=0), [], declared).state == state
