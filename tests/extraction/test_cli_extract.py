"""`newsarchive extract` prints a record, says where its fields came from, and reads only what it should."""

import argparse
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from newsarchive.cli.extract import add_arguments, run
from newsarchive.errors import UsageError
from tests.extraction.making import PROSE, news, page

URL = "https://news.example.org/closed"
HTML = page(node=news(author={"name": "Anna Bell"}, datePublished="2020-06-11T06:04:00Z"))


class Handler(BaseHTTPRequestHandler):
    """Serves one page."""

    def do_GET(self) -> None:
        """Answer with the page, that there is none, or lead to where the path says."""
        to = self.path.removeprefix("/to/")
        self.send_response(200 if self.path == "/closed" else 404 if to == self.path else 302)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if to != self.path:
            self.send_header("Location", to)
        self.end_headers()
        self.wfile.write(HTML)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSARCHIVE_ALLOW_PRIVATE", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a loopback server with one page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def extracted(*words: str) -> int:
    """The exit code of the command."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(words))


def test_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A saved page becomes a record on standard output."""
    (tmp_path / "page.html").write_bytes(HTML)
    assert extracted(str(tmp_path / "page.html"), "--url", URL, "--site", "example") == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["url"], record["site"], record["authors"]) == (URL, "example", ["Anna Bell"])
    assert record["text"] == "\n".join(PROSE)


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A dash reads the page from standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(HTML)))
    assert extracted("-", "--url", URL) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "The harbour is closed"


def test_address(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An address is fetched."""
    assert extracted(f"{server}/closed") == 0
    assert json.loads(capsys.readouterr().out)["url"] == f"{server}/closed"


def test_explain_names_origins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --explain each field's origin is told beside the record."""
    (tmp_path / "page.html").write_bytes(HTML)
    extracted(str(tmp_path / "page.html"), "--url", URL, "--explain")
    told = capsys.readouterr().err
    assert "authors: json-ld" in told
    assert "section: nothing found" in told


def test_explain_tells_each_rejection_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What agrees with the choice is named as such; what was found twice is told once; nothing is told of nothing."""
    head = '<meta property="og:title" content="The harbour is closed"><meta name="author" content="C. Dee, E. Eff">'
    (tmp_path / "page.html").write_bytes(page(head=head, node=news(author={"name": "Anna Bell"})))
    extracted(str(tmp_path / "page.html"), "--url", URL, "--explain")
    told = capsys.readouterr().err.splitlines()
    assert "meta:og:title" in next(line for line in told if line.startswith("    the same from"))
    assert sum("C. Dee, E. Eff" in line for line in told) == 1
    assert not [line for line in told if "not  from" in line or "()" in line]
    assert len(told) == len(set(told))


@pytest.mark.parametrize(
    "content", [b"\x7fELF\2\1\1" + bytes(range(32)) * 90, b'{"title": "harbour"}', b"a < b, c > d"]
)
def test_what_is_no_page(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    """A program, JSON or plain text makes no record."""
    (tmp_path / "other").write_bytes(content)
    assert extracted(str(tmp_path / "other")) == 1
    assert "not-html" in capsys.readouterr().err


@pytest.mark.parametrize("options", [("--url", "nonsense"), ("--site", "Not Good!")])
def test_arguments_that_are_none(tmp_path: Path, options: tuple[str, str]) -> None:
    """An address or a name that cannot be one is named."""
    (tmp_path / "page.html").write_bytes(HTML)
    with pytest.raises(UsageError, match=options[1]):
        extracted(str(tmp_path / "page.html"), *options)


@pytest.mark.parametrize("address", ["http://[::1", "http://", "HTTP://127.0.0.1:1/x", "http://127.0.0.1:1/a b"])
def test_address_that_cannot_be_fetched(address: str) -> None:
    """A malformed or dead address is told in one sentence."""
    with pytest.raises(UsageError, match="Cannot fetch") as told:
        extracted(address)
    assert "<" not in str(told.value)


def test_an_address_on_the_opt_out_list_is_not_fetched(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in a crawl; a saved page is read all the same."""
    (tmp_path / "optout.txt").write_text("127.0.0.1\n")
    (tmp_path / "page.html").write_bytes(HTML)
    monkeypatch.setenv("NEWSARCHIVE_OPT_OUT", str(tmp_path / "optout.txt"))
    with pytest.raises(UsageError, match="is on the opt-out list"):
        extracted(f"{server}/closed")
    assert extracted(str(tmp_path / "page.html"), "--url", f"{server}/closed") == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("http://127.0.0.2:{port}/closed", "'127.0.0.2' is on a private address"),
        ("http://[::1]:{port}/closed", "'::1' is on a private address"),
        ("http://0:{port}/closed", "'0' is on a private address"),
        ("ftp://127.0.0.1/closed", "is no http.s. address"),
        ("file:///etc/passwd", "is not allowed"),
        ("http://opted-out.example/", "is on the opt-out list"),
    ],
)
def test_a_redirect_leads_nowhere_else(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str, told: str
) -> None:
    """Each address on the way is looked at, and each connection is made to what was looked at."""
    (tmp_path / "optout.txt").write_text("opted-out.example\n")
    monkeypatch.setenv("NEWSARCHIVE_OPT_OUT", str(tmp_path / "optout.txt"))
    with pytest.raises(UsageError, match=told):
        extracted(f"{server}/to/{to.format(port=server.rpartition(':')[2])}")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0", "[::ffff:127.0.0.1]"])
def test_a_private_address_is_fetched_only_if_that_is_meant(
    server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    """However it is written; a flag allows it."""
    monkeypatch.setenv("NEWSARCHIVE_ALLOW_PRIVATE", "")
    monkeypatch.setenv("http_proxy", server)
    with pytest.raises(UsageError, match="private address: give --allow-private"):
        extracted(f"{server.replace('127.0.0.1', host)}/closed")
    assert extracted(f"{server}/closed", "--allow-private") == 0
    assert capsys.readouterr().out


def test_output_is_utf_8_everywhere(tmp_path: Path) -> None:
    """Whatever the terminal's encoding."""
    (tmp_path / "page.html").write_bytes(page(title="港口关闭"))
    command = [sys.executable, "-m", "newsarchive", "extract", str(tmp_path / "page.html")]
    done = subprocess.run(command, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=True)
    assert json.loads(done.stdout)["title"] == "港口关闭"


def test_no_article(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page that is no article says so and exits 1."""
    (tmp_path / "empty.html").write_bytes(b"")
    assert extracted(str(tmp_path / "empty.html")) == 1
    assert "empty-page" in capsys.readouterr().err


@pytest.mark.parametrize("page", ["no-such-file.html", "ftp://example.org/x", "file:///etc/passwd"])
def test_what_cannot_be_read(page: str) -> None:
    """A missing file or an address of another kind is the user's to correct."""
    with pytest.raises(UsageError, match=page.split(":", maxsplit=1)[0]):
        extracted(page)


def test_address_that_does_not_answer(server: str) -> None:
    """An error of the server is told with the address."""
    with pytest.raises(UsageError, match="Cannot fetch"):
        extracted(f"{server}/other")
