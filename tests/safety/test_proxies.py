"""A proxy resolves names itself: it is used where an operator switches it on, and never for private addresses."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from newsarchive.network import Reach, written_address
from tests.crawl.asking import crawl
from tests.safety import serving as sites
from tests.safety.serving import Answer, Serving, serving
from tests.safety.test_ssrf import FORMS, SITE, SURE

OUTSIDE = "http://news.example"


def _tell(path: str) -> Answer:
    """Answer as proxy, which is asked for whole addresses, and as site, which is asked for paths."""
    form = quote(unquote(path.partition("/to/")[2]), safe="[]:@%.")
    if form:
        return Answer(status=302, headers={"Location": f"http://{form}/gone"})
    return sites.NOT_FOUND if path.endswith("/robots.txt") else Answer(b"<html>a page</html>")


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    """A running proxy that the environment names."""
    for name in ("NO_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving(_tell, "127.0.0.7") as running:
        monkeypatch.setenv("http_proxy", running.base)
        monkeypatch.setenv("https_proxy", running.base)
        yield running


def test_a_proxy_that_is_not_switched_on_is_not_used(proxy: Serving) -> None:
    """The page comes from the site itself, a private address from nowhere."""
    with serving(_tell, SITE) as site:
        asked = (f"{site.base}/page", f"http://127.0.0.1:{site.server_port}/x")
        outcomes = crawl(*asked, allow_private=SITE)
    assert [outcomes[url] for url in asked] == ["fetched", "private-address"]
    assert not proxy.asked


def test_a_proxy_that_is_switched_on_is_asked_for_no_private_address(proxy: Serving) -> None:
    """Names are its own to resolve; written addresses, in every spelling, and local names do not get to it."""
    local = ("intranet", "wiki.corp", "printer.local", "metadata.google.internal", "router.home.arpa")
    direct = {f"http://{form}:8080/page" for form in (*FORMS, *local)}
    behind = {f"{OUTSIDE}/to/{quote(form, safe='')}" for form in FORMS}
    outcomes = crawl(f"{OUTSIDE}/page", *direct, *behind, allow_private="0", HTTPPROXY_ENABLED="1")
    assert outcomes[f"{OUTSIDE}/page"] == "fetched"
    assert {outcomes[f"http://{form}:8080/page"] for form in (*SURE, *local)} == {"private-address"}
    assert {outcomes[url] for url in direct | behind} <= {"private-address", "no address", "bad-redirect"}
    assert {re.match(r"http://[^/]*", path)[0] for path in proxy.asked} == {OUTSIDE}  # type: ignore[index]  # each has a host
    assert len(proxy.asked) > len(behind)


def test_secure_pages_go_through_a_tunnel_to_public_hosts_only(proxy: Serving) -> None:
    """CONNECT is refused by this proxy: for the public host it is tried, for others not."""
    asked = ("https://news.example/page", "https://127.1/page", "https://0x7f.1/page", "https://localhost/page")
    outcomes = crawl(*asked, allow_private="0", HTTPPROXY_ENABLED="1", ROBOTSTXT_OBEY="0")
    assert outcomes.pop(asked[0]) not in {"fetched", "private-address"}
    assert set(outcomes.values()) == {"private-address"}
    assert not proxy.asked


def test_hosts_of_no_proxy_are_checked_as_without_one(proxy: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are resolved here."""
    monkeypatch.setenv("no_proxy", f"{SITE},localhost")
    with serving(_tell, SITE) as site:
        asked = (f"{site.base}/page", f"http://localhost:{site.server_port}/page")
        outcomes = crawl(*asked, allow_private=SITE, HTTPPROXY_ENABLED="1")
    assert [outcomes[url] for url in asked] == ["fetched", "private-address"]
    assert not proxy.asked


def test_a_proxy_may_have_a_private_address_that_no_page_may(proxy: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the operator's own; its name is no way in."""
    with serving(_tell, "127.0.0.1") as named:
        monkeypatch.setenv("http_proxy", f"http://LocalHost:{named.server_port}")
        monkeypatch.setenv("no_proxy", "localhost")
        asked = (f"{OUTSIDE}/page", f"http://localhost:{named.server_port}/status")
        outcomes = crawl(*asked, allow_private="0", HTTPPROXY_ENABLED="1")
        assert [outcomes[url] for url in asked] == ["fetched", "private-address"]
        assert not [path for path in named.asked if "status" in path]
    assert not proxy.asked


def test_a_proxy_that_is_not_used_is_told(proxy: Serving, tmp_path: Path) -> None:
    """The log says how to switch it on."""
    with serving(lambda _: sites.NOT_FOUND, SITE) as site:
        done = sites.crawl(tmp_path, "-a", f"url={site.base}/")
    assert "is set and not used: HTTPPROXY_ENABLED=1 fetches through it" in done.stdout + done.stderr
    assert not proxy.asked


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("134744072", "8.8.8.8"),
        ("0x8.8", "8.0.0.8"),
        ("2606:4700:4700::1111", "2606:4700:4700::1111"),
        ("127.1.", "127.0.0.1"),
        ("news.example", ""),
        ("127.0.0.1.nip.example", ""),
        ("", ""),
        ("münchen.example", ""),
        ("a\x00b", ""),
    ],
)
def test_what_a_host_is_written_as(host: str, address: str) -> None:
    """An address in any spelling, or a name."""
    assert written_address(host) == address


@pytest.mark.parametrize(
    ("setting", "host", "admitted"),
    [
        ("0", "news.example", True),
        ("0", "134744072", True),
        ("0", "intranet", False),
        ("0", "local.example", True),
        ("1", "intranet", True),
        ("1", "127.1", True),
        ("10.0.0.0/8", "10.1", True),
        ("10.0.0.0/8", "127.1", False),
        ("10.0.0.0/8", "intranet", False),
    ],
)
def test_what_a_proxy_may_be_asked_for(setting: str, host: str, admitted: bool) -> None:  # noqa: FBT001 - a table's column
    """What is public as it is written, and what is allowed; local names only with everything."""
    assert Reach.parse(setting).admits_unresolved(host) is admitted
