"""Telling that a site's state has changed and that a run has begun or ended. What cannot be told is a sentence."""

import importlib.util
import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit, urlunsplit

import urllib3

from newsarchive.archive.ledger import LedgerRow
from newsarchive.redaction import redacted
from newsarchive.watch.outlets import Outlets
from newsarchive.watch.verdict import ADVICE, Verdict

Event: TypeAlias = Literal["start", "success", "fail"]
_TIMEOUT, _SHORT_TIMEOUT = urllib3.Timeout(connect=5, read=10), urllib3.Timeout(total=3)
_TRIES, _PAUSE_SECONDS = 3, 0.5
_PASSING = (429, 500, 502, 503, 504)
_GOOD = range(200, 300)
_NO_APPRISE = "NEWSARCHIVE_NOTIFY needs apprise: pip install 'newsarchive[notify]'"
_RUNS = uuid.UUID("7f1b6f5e-3d0c-4c0e-9a2a-3f6b6f1f7a10")


def changes(rows: Sequence[LedgerRow], verdicts: Mapping[str, Verdict]) -> list[dict[str, Any]]:
    """Return what has changed as JSON values: site, states before and after, reasons, examples, advice."""
    return [
        {
            "site": row.site,
            "before": str(verdict.before),
            "state": str(verdict.state),
            "since": verdict.since,
            "reasons": dict(verdict.signals),
            "examples": {reason: list(urls) for reason, urls in row.examples.items()},
            "advice": ADVICE.get(verdict.state, ""),
        }
        for row in rows
        if (verdict := verdicts[row.site]).is_change
    ]


def notify(to: Outlets, changed: Sequence[Mapping[str, Any]], *, run_id: str) -> Iterator[str]:
    """Tell what has changed; yield a sentence for each outlet that could not be told."""
    if not changed:
        return
    message = redacted({"event": "site-states", "run_id": run_id, "changes": list(changed)})
    if to.notify_url:
        body = json.dumps(message, ensure_ascii=False).encode()
        yield from send(to, "NEWSARCHIVE_NOTIFY_URL", "POST", to.notify_url, body, kind="application/json")
    if to.apprise_urls:
        yield from _tell_apprise(to.apprise_urls, message)


def lacking(to: Outlets) -> Iterator[str]:
    """Yield a sentence if an outlet could tell nobody."""
    if to.apprise_urls and importlib.util.find_spec("apprise") is None:
        yield _NO_APPRISE


def _tell_apprise(urls: Sequence[str], message: Mapping[str, Any]) -> Iterator[str]:
    try:
        import apprise  # noqa: PLC0415 - an extra
    except ImportError:
        yield _NO_APPRISE
        return
    outlet = apprise.Apprise()
    if not all(map(outlet.add, urls)):
        yield "NEWSARCHIVE_NOTIFY has an address that apprise does not know"
    told = outlet.notify(title=title(message["changes"]), body=in_words(message)) if len(outlet) else True
    if not told:
        yield "NEWSARCHIVE_NOTIFY: an address of apprise did not take the message"


def title(changed: Sequence[Mapping[str, Any]]) -> str:
    """Return a subject line: `newsarchive: rfi is blocked, dw is ok`."""
    return "newsarchive: " + ", ".join(f"{change['site']} is {change['state']}" for change in changed)


def in_words(message: Mapping[str, Any]) -> str:
    """Return what has changed, a line a site with its reasons and one example."""
    lines = [f"Run {message['run_id']}"]
    for change in message["changes"]:
        reasons = "; ".join(change["reasons"].values()) or "as usual again"
        lines.append(f"{change['site']}: {change['state']} since {change['since']} (was {change['before']}): {reasons}")
        lines.extend(f"  {reason}: {urls[0]}" for reason, urls in change["examples"].items() if urls)
        lines.extend([f"  {change['advice']}"] if change["advice"] else [])
    return "\n".join(lines)


def ping(to: Outlets, event: Event, *, run_id: str = "", text: str = "") -> Iterator[str]:
    """Ping the health check, as healthchecks.io has it; yield a sentence if it could not be reached."""
    if not to.healthcheck_url:
        return
    parts = urlsplit(to.healthcheck_url)
    path = parts.path.rstrip("/") + ("" if event == "success" else f"/{event}")
    query = "&".join(filter(None, (parts.query, f"rid={uuid.uuid5(_RUNS, run_id)}" if run_id else "")))
    url = urlunsplit(parts._replace(path=path, query=query))
    yield from send(to, "NEWSARCHIVE_HEALTHCHECK_URL", "POST", url, str(redacted(text)).encode(), kind="text/plain")


def send(to: Outlets, name: str, method: str, url: str, body: bytes, *, kind: str) -> Iterator[str]:  # noqa: PLR0913 - a request has as many
    """Send a request, again if it fails; yield a sentence that names the variable, never its value, if it goes on."""
    said = ""
    for attempt in range(_TRIES if to.patient else 1):
        time.sleep(attempt * _PAUSE_SECONDS)
        said, may_pass = _sent(method, url, body, kind, _TIMEOUT if to.patient else _SHORT_TIMEOUT)
        if not may_pass:
            break
    if said:
        yield f"{name} {said}"


def _sent(method: str, url: str, body: bytes, kind: str, timeout: urllib3.Timeout) -> tuple[str, bool]:
    """Send a request once; return what went wrong, and whether that may pass. Nobody waits for the answer's body."""
    parts = urlsplit(url)
    headers = {"Content-Type": kind, **(urllib3.make_headers(basic_auth=_userinfo(url)) if "@" in parts.netloc else {})}
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    try:
        with urllib3.PoolManager(timeout=timeout, retries=False) as pool:
            answer = pool.request(method, bare, body=body, headers=headers, preload_content=False)
            answer.close()
    except urllib3.exceptions.HTTPError as error:
        return f"could not be reached: {type(error).__name__}", True
    return ("", False) if answer.status in _GOOD else (f"answered {answer.status}", answer.status in _PASSING)


def _userinfo(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.username or ''}:{parts.password or ''}"
