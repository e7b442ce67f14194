"""What is hidden in logs, reports and messages, and what is not."""

import pytest

from newsarchive.redaction import SECRET_VARIABLES, redact, redacted

ROOM = "x7Qp2mB9"
HOOK = f"https://hooks.example/services/newsarchive/{ROOM}?room=finished&key=letmein"
TELEGRAM = "tgram://1234567890:AbCdEfGhIj/-100200300/"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRET_VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("AWS_SECRET_ACCESS_KEY", "letmein", "denied for letmein"),
        ("AWS_ACCESS_KEY_ID", "AKIA1234567890", "Credential=AKIA1234567890/20261123"),
        ("NEWSARCHIVE_NOTIFY_URL", HOOK, HOOK),
        ("NEWSARCHIVE_NOTIFY_URL", HOOK, f"POST /services/newsarchive/{ROOM} 404"),
        ("NEWSARCHIVE_NOTIFY_URL", HOOK, "key is letmein"),
        ("NEWSARCHIVE_NOTIFY_URL", "https://desk:pa%40ssword@hooks.example/", "no user desk with pa@ssword"),
        ("NEWSARCHIVE_HEALTHCHECK_URL", "https://hc.example/ping/qwertyuiopasdfghjklz", "/ping/qwertyuiopasdfghjklz"),
        ("NEWSARCHIVE_NOTIFY", f"slack://T1A2B3C4/{ROOM} {TELEGRAM}", "host T1A2B3C4 is unknown"),
        ("NEWSARCHIVE_NOTIFY", f"slack://T1A2B3C4/{ROOM} {TELEGRAM}", "url: /bot1234567890:AbCdEfGhIj/sendMessage"),
        ("NEWSARCHIVE_NOTIFY", "mailto://desk:letmein@mail.example", "login desk letmein"),
        ("NEWSARCHIVE_ENDPOINT_URL", "https://desk:letmein@s3.example", "password letmein is wrong"),
        ("https_proxy", "http://desk:letmein@proxy.example:3128", "proxy refused letmein"),
        ("NOTHING", "", "http://desk:letmein@s3.example/"),
        ("NOTHING", "", "desk:letmein@s3.example refused"),
    ],
)
def test_what_is_secret_is_hidden(name: str, value: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole, and in the pieces in which libraries tell it."""
    monkeypatch.setenv(name, value)
    shown = redact(text)
    for secret in ("letmein", "AKIA", ROOM, "pa@ssword", "qwerty", "T1A2B3C4", "1234567890", "AbCdEfGhIj"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ACCESS_KEY_ID", "newsarchive"),
        ("NEWSARCHIVE_NOTIFY_URL", HOOK.partition("?")[0]),
        ("NEWSARCHIVE_NOTIFY_URL", f"https://newsarchive.example/finished?newsarchive={ROOM}"),
        ("NEWSARCHIVE_NOTIFY", "json://localhost/newsarchive json://newsarchive.example/services"),
        ("NEWSARCHIVE_PUSHGATEWAY_URL", "http://newsarchive.example/finished/"),
        ("http_proxy", "http://newsarchive.example:3128/finished"),
    ],
)
def test_plain_words_of_addresses_and_names_of_keys_are_not(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would blot out our own words everywhere."""
    monkeypatch.setenv(name, value)
    text = "newsarchive crawl: all 3 services of localhost are finished"
    assert redact(text) == text


def test_a_report_keeps_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever somebody has taken for a password, what reads reports finds its way."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "dropped")
    report = {"dropped": {"dropped": 1}, "errors": ["dropped"]}
    assert redacted(report) == {"dropped": {"dropped": 1}, "errors": ["***"]}
