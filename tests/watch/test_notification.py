"""Messages: tried again, given up, never with a secret in what is said about them."""

import itertools
import json
import sys
from pathlib import Path

import pytest

from newsarchive.archive.ledger import LedgerRow
from newsarchive.errors import UsageError
from newsarchive.redaction import redact
from newsarchive.watch import metrics, notification
from newsarchive.watch.outlets import VARIABLES, Outlets, outlets
from newsarchive.watch.verdict import State, Verdict
from tests.safety.serving import Answer, serving
from tests.watch.conftest import Receiver, free_port

ROOT = Path(__file__).parents[2]
ROW = LedgerRow(site="rfi", run_id="r", examples_json='{"failed/http-403": ["https://user:pa55word@rfi.fr/x"]}')
BLOCKED = Verdict(state=State.BLOCKED, since="2026-11-23T06:15:02Z", signals={"blocked": "pages are refused"})
CHANGED = notification.changes([ROW], {"rfi": BLOCKED})


@pytest.mark.parametrize(
    ("statuses", "said", "tries"),
    [
        ([], [], 1),
        ([503, 429], [], 3),
        ([500, 500, 500], ["NEWSARCHIVE_NOTIFY_URL answered 500"], 3),
        ([404], ["NEWSARCHIVE_NOTIFY_URL answered 404"], 1),
        ([302], ["NEWSARCHIVE_NOTIFY_URL answered 302"], 1),
    ],
)
def test_a_message_is_tried_again(statuses: list[int], said: list[str], tries: int, receiver: Receiver) -> None:
    """What may pass is tried three times; what cannot be told is a sentence, not an error."""
    receiver.statuses = statuses
    to = Outlets(notify_url=f"{receiver.base}/hook")
    assert list(notification.notify(to, CHANGED, run_id="r")) == said
    assert len(receiver.requests) == tries
    message = json.loads(receiver.requests[-1][2])
    assert message["changes"][0]["state"] == "blocked"
    assert message["changes"][0]["advice"].startswith("Open an example")
    assert "pa55word" not in receiver.requests[-1][2]


def test_an_outlet_that_is_away_is_named_without_its_address() -> None:
    """The address may hold a secret."""
    to = Outlets(notify_url=f"http://user:pa55word@127.0.0.1:{free_port()}/token")
    (said,) = notification.notify(to, CHANGED, run_id="r")
    assert said.startswith("NEWSARCHIVE_NOTIFY_URL could not be reached: ")
    assert "pa55word" not in said
    assert "token" not in said


@pytest.mark.parametrize("status", ["200 OK", "503 Unavailable"])
@pytest.mark.parametrize("patient", [True, False])
def test_nobody_waits_for_an_answer_without_end(status: str, *, patient: bool) -> None:
    """The status is what is asked for; a run that is to stop tries once."""

    def endless(_: str) -> Answer:
        head = f"HTTP/1.1 {status}\r\n\r\n".encode()
        return Answer(itertools.chain([head], itertools.repeat(b"a" * 1000)), raw=True, pause=0.01)

    with serving(endless) as site:
        said = list(notification.ping(Outlets(healthcheck_url=f"{site.base}/x", patient=patient), "success"))
        assert site.asked.total() == (3 if patient and status.startswith("503") else 1)
    assert said == ([] if status.startswith("200") else ["NEWSARCHIVE_HEALTHCHECK_URL answered 503"])


def test_nothing_changed_is_not_told(receiver: Receiver) -> None:
    """No request without a change."""
    unchanged = notification.changes([ROW], {"rfi": Verdict(state=State.BLOCKED, before=State.BLOCKED)})
    assert list(notification.notify(Outlets(notify_url=receiver.base), unchanged, run_id="r")) == []
    assert not receiver.requests


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_apprise_tells_it_in_words(receiver: Receiver) -> None:
    """A subject, and a line a site with its reasons and an example."""
    pytest.importorskip("apprise", reason="apprise is not installed: pip install 'newsarchive[notify]'")
    to = Outlets(apprise_urls=(receiver.base.replace("http://", "json://"),))
    assert list(notification.notify(to, CHANGED, run_id="r")) == []
    message = json.loads(receiver.requests[0][2])
    assert message["title"] == "newsarchive: rfi is blocked"
    assert "rfi: blocked since 2026-11-23T06:15:02Z (was unjudged): pages are refused" in message["message"]
    assert "pa55word" not in message["message"]


def test_apprise_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says what to install, in a run without any change too."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    to = Outlets(apprise_urls=("json://x",))
    (said,) = notification.notify(to, CHANGED, run_id="r")
    assert "pip install 'newsarchive[notify]'" in said
    assert list(notification.lacking(to)) == [said]


def test_pings_of_one_run_share_an_id(receiver: Receiver) -> None:
    """start, success and fail have the paths of healthchecks.io, the query stays, and a UUID joins them."""
    to = Outlets(healthcheck_url=f"{receiver.base}/ping/uuid?create=1")
    for event in ("start", "success", "fail"):
        assert list(notification.ping(to, event, run_id="r", text="why")) == []
    paths = [path.partition("&rid=") for _, path, _, _ in receiver.requests]
    assert [path for path, _, _ in paths] == [f"/ping/uuid{end}?create=1" for end in ("/start", "", "/fail")]
    assert len({rid for _, _, rid in paths}) == 1


@pytest.mark.parametrize("name", ["NEWSARCHIVE_NOTIFY_URL", "NEWSARCHIVE_HEALTHCHECK_URL", "NEWSARCHIVE_ALARM"])
def test_a_malformed_outlet_is_refused_by_name(name: str) -> None:
    """The name, and of an address never the value."""
    with pytest.raises(UsageError, match=name) as caught:
        outlets({name: "s3cret"})
    assert ("s3cret" in str(caught.value)) == (name == "NEWSARCHIVE_ALARM")


@pytest.mark.parametrize("name", VARIABLES)
def test_every_outlet_is_documented(name: str) -> None:
    """The guide for operators has each variable."""
    assert f"`{name}`" in (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://user:pw@host/x", "http://***@host/x"),
        ("see s3://key:secret@bucket and https://host/a@b", "see s3://***@bucket and https://host/a@b"),
        ("key wJalrXUt sent", "key *** sent"),
        ("invalid hostname: user:pw@127.0.0.1", "invalid hostname: ***@127.0.0.1"),
        ("mail to desk@example.org at 12:30", "mail to desk@example.org at 12:30"),
    ],
)
def test_secrets_are_hidden(text: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values of the environment's secrets, and user and password of any address; nothing else."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUt")
    assert redact(text) == expected


def test_a_metrics_file_is_replaced_whole(tmp_path: Path) -> None:
    """No half and no left-over file."""
    path = tmp_path / "newsarchive.prom"
    path.write_text("old")
    metrics.write(path, "new\n")
    assert path.read_text() == "new\n"
    assert list(tmp_path.iterdir()) == [path]
