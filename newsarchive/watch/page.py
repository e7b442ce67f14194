"""A run's report as one HTML page: no script, no outside request, and nothing of the sites' own but as text."""

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from newsarchive.archive.ledger import FILLS, LedgerRow, rows_of
from newsarchive.harmless import visible
from newsarchive.watch.verdict import ADVICE, State

_CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root{color-scheme:light dark;--line:#8884;--bad:#b3261e;--warn:#8a5300;--good:#1f6f43}
@media(prefers-color-scheme:dark){:root{--bad:#ff8a80;--warn:#e8b04a;--good:#7ddba0}}
html{background:Canvas;color:CanvasText}
body{font:15px/1.45 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
p.sub{opacity:.75;margin-top:0}.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
article{border-left:.3rem solid;padding:.1rem 0 .1rem .8rem;margin:1rem 0;overflow-wrap:anywhere}
article h3{margin:0;font-size:1rem}article *{color:CanvasText;font-weight:400}
article h3{font-weight:600}article .state{color:inherit;font-weight:700}
article p,article ul{margin:.2rem 0}article li{font-size:.9rem}p.next{opacity:.75}
th{font-weight:600}td.t{white-space:nowrap}td.n,th.n{text-align:right;white-space:nowrap}td.u{overflow-wrap:anywhere}
.ok{color:var(--good)}.suspect{color:var(--warn)}.broken,.moved,.blocked{color:var(--bad);font-weight:600}
meter{width:8rem;height:.9rem;vertical-align:middle}.why{max-width:36rem}
"""
_FUNNEL = (
    ("discovered", "article links found"),
    ("known", "known and not due"),
    ("blocked", "refused by the site"),
    ("failed", "could not be fetched"),
    ("not_modified", "not modified"),
    ("fetched", "fetched"),
    ("rejected", "gave no article"),
    ("extracted", "gave an article"),
    ("dropped", "dropped by policy"),
    ("new", "new in the archive"),
    ("revised", "revised in the archive"),
)
_AS_IT_SHOULD_BE = ("listings/fetched", "listings/not-modified", "skipped/known")
_SHOWN = 50
_EXAMPLES = 3


def render(report: Mapping[str, Any]) -> str:
    """Return the page of a run report."""
    rows = sorted(rows_of(report), key=lambda row: (-State(row.state).severity, -row.new, row.site))
    body = "\n".join(
        (
            _head(report, rows),
            _section("Errors", _lines(report["errors"])),
            _section("What is wrong", "".join(_trouble(row, report) for row in rows if row.state in ADVICE)),
            _section("Sites", _sites(rows)),
            _section("From links to articles", _funnel(rows)),
            _section("What articles have", _fills(rows)),
            _section("Why not", _reasons(rows)),
            _section("Slowest pages", _slowest(report)),
            _section("Problems", _lines(report["problems"])),
        )
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_CSP}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Run {_escaped(report["run_id"])}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _escaped(text: str) -> str:
    """Return text as HTML that shows it, and does nothing else there or on a terminal."""
    return html.escape(visible(text))


def _head(report: Mapping[str, Any], rows: Sequence[LedgerRow]) -> str:
    ended = f"ended {report['finished_at']} with exit code {report['exit_code']}" if report["finished_at"] else "killed"
    told = f"Started {report['started_at']}, {ended}. newsarchive {report['newsarchive']}."
    title = f"<h1>Run {_escaped(report['run_id'])}</h1>"
    return f'{title}\n<p class="sub">{_escaped(told)}</p>\n<p>{_escaped(_in_short(rows))}</p>'


def _in_short(rows: Sequence[LedgerRow]) -> str:
    """Return how the sites are, the worst first, and what came: `4 of 18 sites are not ok: 1 blocked, 3 suspect. …`."""
    states = Counter(row.state for row in rows if row.state in ADVICE)
    named = ", ".join(f"{count} {state}" for state, count in states.items())
    sites = (
        f"{states.total()} of {len(rows)} sites are not ok: {named}" if states else f"No site of {len(rows)} is amiss"
    )
    new, revised = (sum(getattr(row, name) for row in rows) for name in ("new", "revised"))
    return f"{sites}. {new} new articles, {revised} revised."


def _trouble(row: LedgerRow, report: Mapping[str, Any]) -> str:
    """Return what is wrong at a site, since when, with examples, and what to do about it."""
    since = "new in this run" if row.state_since == report["started_at"] else f"since {row.state_since}"
    reasons = "".join(f"<p>{_escaped(reason)}</p>" for reason in row.signals.values())
    urls = dict.fromkeys(url for urls in row.examples.values() for url in urls)
    examples = "".join(f"<li>{_escaped(url)}</li>" for url in list(urls)[:_EXAMPLES])
    return (
        f'<article class="{_escaped(row.state)}"><h3>{_escaped(row.site)}: '
        f'<span class="state">{_escaped(row.state)}</span>, {_escaped(since)}</h3>\n'
        f'{reasons}<ul>{examples}</ul><p class="next">{_escaped(ADVICE[State(row.state)])}</p></article>\n'
    )


def _section(title: str, content: str) -> str:
    name = _escaped(title)
    wide = f'<div class="wide" role="region" aria-label="{name}" tabindex="0">{content}</div>'
    return f"<h2>{name}</h2>\n{wide}" if content else ""


def _table(heads: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of cells; a head that begins with `#` is that of numbers."""
    named = "".join(
        f'<th class="n">{_escaped(h[1:])}</th>' if h.startswith("#") else f"<th>{_escaped(h)}</th>" for h in heads
    )
    lines = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f"<table><thead><tr>{named}</tr></thead><tbody>\n{lines}\n</tbody></table>" if lines else ""


def _text(value: object, kind: str = "") -> str:
    return f'<td class="{kind}">{_escaped(str(value))}</td>' if kind else f"<td>{_escaped(str(value))}</td>"


def _number(value: object) -> str:
    return _text(value or "·", "n")


def _sites(rows: Sequence[LedgerRow]) -> str:
    heads = (
        *("site", "state", "since", "#found", "#new", "#revised", "#refused", "#failed", "#rejected"),
        *("#lag, h", "#characters", "#ms"),
    )
    return _table(heads, map(_site, rows))


def _site(row: LedgerRow) -> Iterator[str]:
    yield _text(row.site)
    yield _text(row.state, str(State(row.state)))
    yield _text(row.state_since, "t")
    yield from map(_number, (row.discovered, row.new, row.revised, row.blocked, row.failed, row.rejected))
    yield _number(f"{row.lag_minutes / 60:.1f}" if row.lagged else "")
    yield from map(_number, (row.text_length, row.fetch_ms))


def _funnel(rows: Sequence[LedgerRow]) -> str:
    sums = {name: sum(getattr(row, name) for row in rows) for name, _ in _FUNNEL}
    most = max(sums.values(), default=0)
    return _table(
        ("", "#", ""),
        ([_text(meaning), _number(sums[name]), _meter(sums[name], most)] for name, meaning in _FUNNEL),
    )


def _meter(value: int, most: int) -> str:
    return f'<td><meter min="0" max="{max(most, 1)}" value="{value}"></meter></td>'


def _fills(rows: Sequence[LedgerRow]) -> str:
    heads = ("site", "#articles", *(f"#{name.replace('_', ' ')}" for name in FILLS), "#paywalled", "languages")
    return _table(heads, (_fill(row) for row in rows if row.extracted))


def _fill(row: LedgerRow) -> Iterator[str]:
    yield _text(row.site)
    yield _number(row.extracted)
    for count in (*(getattr(row, f"with_{name}") for name in FILLS), row.paywalled):
        yield _text(f"{count / row.extracted:.0%}", "n")
    yield _text(", ".join(f"{name} {count}" for name, count in row.languages.items()))


def _reasons(rows: Sequence[LedgerRow]) -> str:
    found = [
        (count, row.site, reason, row.examples.get(reason, [])) for row in rows for reason, count in row.reasons.items()
    ]
    worst = sorted((f for f in found if f[2] not in _AS_IT_SHOULD_BE), key=lambda f: -f[0])[:_SHOWN]
    return _table(
        ("site", "reason", "#count", "examples"),
        (
            [_text(site), _text(reason), _number(count), _text(" ".join(urls), "u")]
            for count, site, reason, urls in worst
        ),
    )


def _slowest(report: Mapping[str, Any]) -> str:
    found = [(ms, site, url) for site, pages in report.get("slowest", {}).items() for ms, url in pages]
    worst = sorted(found, reverse=True)[:10]
    return _table(("#ms", "site", "page"), ([_number(ms), _text(site), _text(url, "u")] for ms, site, url in worst))


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"<p>{_escaped(line)}</p>" for line in lines[:_SHOWN])
