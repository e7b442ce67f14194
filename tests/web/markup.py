"""What tests read out of a page."""

import html
import subprocess
import sys
import urllib.parse
from html.parser import HTMLParser

from tests.web.conftest import Browser


def links(body: str) -> set[str]:
    """Return the addresses that a page points to."""
    found: set[str] = set()

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its interface
            found.update(value for name, value in attrs if name in ("href", "src", "action") and value)

    Parser().feed(body)
    return found


def crawl(browser: Browser) -> dict[str, str]:
    """Return every page that can be reached from the first, by address."""
    pages: dict[str, str] = {}
    waiting = {"/"}
    while waiting:
        address = waiting.pop()
        page = browser.get(address)
        assert page.status == 200, address
        pages[address] = page.body
        if page.headers["content-type"].startswith("text/html"):
            joined = {urllib.parse.urljoin(address, link).partition("#")[0] for link in links(page.body)}
            waiting |= {link for link in joined if link.startswith("/")} - set(pages)
    return pages


def program(page: str, figure: str) -> str:
    """Return the Python that a page shows beside a figure."""
    after = page[page.index(f"/export/{figure}.csv") :]
    return html.unescape(after[after.index("<code>") + len("<code>") : after.index("</code>")])


def printed(page: str, figure: str) -> list[str]:
    """Return the lines that the Python beside a chart prints."""
    code = [sys.executable, "-c", program(page, figure)]
    return subprocess.run(code, capture_output=True, text=True, check=True).stdout.splitlines()


def ranks(body: str) -> dict[str, int]:
    """Return the address and the number of each row of a page's lists."""
    rows = [row.partition("</tr>")[0] for row in body.split("<tr>") if "meter" in row]
    cells = [(row.partition('href="')[2].partition('"')[0], row.partition("<td>")[2].partition("<")[0]) for row in rows]
    return {html.unescape(address): int(count) for address, count in cells}
