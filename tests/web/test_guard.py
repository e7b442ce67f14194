"""Only this machine's own browser, on the page's own address, reads the archive."""

from collections.abc import Iterator

import pytest

from tests.conftest import article
from tests.web.conftest import Browser, Shelf, served

PAGES = ["/", "/tag?name=Iran", "/search?q=secret", "/runs", "/export/tags.json", "/static/page.css", "/nothing"]


def fetched(site: str, mode: str, destination: str) -> dict[str, str]:
    """Return the headers with which browsers tell where a request comes from."""
    return {"Sec_Fetch_Site": site, "Sec_Fetch_Mode": mode, "Sec_Fetch_Dest": destination}


REFUSED = {
    "a name that was rebound": {"Host": "attacker.example"},
    "a name that was rebound, with the port": {"Host": "attacker.example:{port}"},
    "another port": {"Host": "127.0.0.1:1"},
    "a name that begins as ours": {"Host": "localhost.attacker.example:{port}"},
    "no port": {"Host": "localhost"},
    "an empty host": {"Host": ""},
    "a script of another site": fetched("cross-site", "no-cors", "script"),
    "a fetch of another site": fetched("cross-site", "cors", "empty"),
    "a fetch from another port": fetched("same-site", "cors", "empty"),
    "an image of another site": fetched("cross-site", "no-cors", "image"),
    "a frame of another site": fetched("cross-site", "navigate", "iframe"),
}


@pytest.fixture
def browser(shelf: Shelf) -> Iterator[Browser]:
    """A page with one article."""
    shelf.put(article(1, title="The secret", tags=("Iran",)))
    with served(shelf) as running:
        yield running


@pytest.mark.parametrize("given", REFUSED.values(), ids=REFUSED)
def test_what_comes_from_elsewhere_is_refused(browser: Browser, given: dict[str, str]) -> None:
    """No request that another origin can cause a browser to send is answered with the archive."""
    headers = {name: value.format(port=browser.port) for name, value in given.items()}
    for path in PAGES:
        page = browser.get(path, **headers)
        assert page.status in (403, 421), path
        assert "secret" not in page.body.lower()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_this_machine_is_answered(browser: Browser, host: str) -> None:
    """Under any name of this machine, with the right port; a link from elsewhere may open it."""
    assert browser.get("/", Host=f"{host}:{browser.port}").status == 200
    opened = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert browser.get("/", Host=f"{host}:{browser.port}", **opened).status == 200


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_closed(browser: Browser, path: str) -> None:
    """Every answer, errors included, carries the policy and allows no other origin."""
    for origin in ("http://attacker.example", "null"):
        headers = browser.get(path, Origin=origin).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
        assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_nothing_can_be_changed(browser: Browser, method: str) -> None:
    """The page only shows; a preflight is refused."""
    page = browser.get("/", method=method, Origin="http://attacker.example")
    assert page.status == 405
    assert "access-control-allow-origin" not in page.headers
