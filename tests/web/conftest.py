"""Archives to be shown, an index that follows them, and the page as a browser gets it."""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
import uvicorn

from newsarchive.archive import Archive, layout, line
from newsarchive.archive.ledger import encode, rows_of
from newsarchive.archive.schema import furniture
from newsarchive.archive.segment import Manifest, Origin, build, sha256
from newsarchive.article import Article
from newsarchive.crawl.run import Run
from newsarchive.crawl.tally import Tally
from newsarchive.dedup import identify
from newsarchive.spool.runs import RunLines
from newsarchive.storage import Storage, open_storage
from newsarchive.web.app import make_app
from newsarchive.web.guard import own_hosts
from newsarchive.web.questions import Index
from newsarchive.web.store import index_path
from newsarchive.web.upkeep import State, Upkeep
from tests.conftest import article

RUN = "20261123t061502z-1f3a9c"
IRAN = ("country:IR",)
HINDI = "हिन्दी समाचार"
ARABIC = "اجتمع الوزراء في بغداد اليوم لمناقشة الحدود. " * 8


@dataclass(slots=True)
class Shelf:
    """An archive that a test fills, and its index."""

    folder: Path
    _previous: str = ""
    _n: int = 0
    states: list[State] = field(default_factory=list)

    @property
    def storage(self) -> Storage:
        """The archive's storage."""
        return open_storage(str(self.folder))

    def put(self, *articles: Article, crawl_date: str = "2026-11-23") -> Manifest:
        """Commit a segment of articles of one site."""
        return self.put_lines([line.encode(a) for a in articles], articles[0].site, crawl_date)

    def put_lines(self, lines: Sequence[bytes], site: str, crawl_date: str = "2026-11-23") -> Manifest:
        """Commit a segment of lines as they are."""
        self._n += 1
        origin = Origin(
            writer="w1", n=self._n, previous_sha256=self._previous, site=site, crawl_date=crawl_date, run_id=RUN
        )
        segment = build(lines, origin)
        entry = segment.manifest.encode()
        self.storage.put_new(segment.manifest.key, segment.body)
        self.storage.put_new(layout.manifest_key(crawl_date, "w1", self._n), entry)
        self._previous = sha256(entry)
        return segment.manifest

    def put_run(self, run_id: str, **sites: Tally) -> None:
        """Store the report of a run with these counters by site."""
        run = Run(run_id=run_id, started_at=datetime.strptime(f"{run_id[:15]}+0000", "%Y%m%dt%H%M%S%z"), sites=sites)
        report = run.report(exit_code=0, lines=RunLines(committed=0, pending=0, withdrawn=0))
        self.storage.put_new(layout.run_key(run_id), json.dumps(report).encode())
        ledger = b"".join(map(encode, rows_of(report)))
        self.storage.put_new(layout.ledger_key(run_id), ledger)

    @property
    def path(self) -> Path:
        """The index's file."""
        return index_path(str(self.folder))

    def upkeep(self, told: Callable[[State], None] | None = None) -> Upkeep:
        """Return what refreshes the index."""
        return Upkeep(Archive.open(str(self.folder)), self.path, seconds=3600, told=told or self.states.append)

    def index(self) -> Index:
        """Return the index, level with the archive."""
        self.upkeep().refresh()
        return Index(self.path)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty archive, with the files that every archive has."""
    (tmp_path / "archive").mkdir()
    made = Shelf(tmp_path / "archive")
    for key, body in furniture().items():
        made.storage.put_new(key, body)
    return made


@dataclass(frozen=True, slots=True)
class Page:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Browser:
    """Asks a running page."""

    port: int

    def get(self, path: str, *, method: str = "GET", **headers: str) -> Page:
        """Return the answer to a request; headers by name, `_` for `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            body = answer.read().decode()
            return Page(answer.status, {k.lower(): v for k, v in answer.getheaders()}, body)
        finally:
            connection.close()


@contextmanager
def served(shelf: Shelf) -> Iterator[Browser]:
    """Serve an archive's page on a free port of 127.0.0.1."""
    upkeep = shelf.upkeep()
    upkeep.refresh()
    config = uvicorn.Config("", log_level="warning", port=0)
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    port = int(listening.getsockname()[1])
    config.app = make_app(Index(shelf.path), uri=str(shelf.folder), hosts=own_hosts(port), state=lambda: upkeep.state)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield Browser(port)
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    """An archive of several sites, languages, tags and runs, with a reprint and a revision."""
    one = article(1, revision=1, tags=("Iran", "Oil"), tag_ids=IRAN, field_sources="date=json-ld;tags=meta+page")
    two = identify(replace(one, revision=2, text=one.text.replace("harbour1", "airport1"), title="Article number one"))
    shelf.put(one, article(2, tags=("iran", "Gas"), tag_ids=IRAN, date_published="2026-11-03T10:00:00Z"))
    shelf.put(two)
    shelf.put(article(3, site="wire", publisher="Wire", duplicate_of=one.id, text=one.text, tags=("Oil", HINDI)))
    shelf.put(
        article(4, site="sahifa", language="ar", title="بغداد", text=ARABIC, tags=("العراق", "إيران"), tag_ids=IRAN),
        crawl_date="2026-11-12",
    )
    shelf.put_run("20261123t061502z-1f3a9c", example=Tally(discovered=2, fetched=2, extracted=2, archived=2))
    shelf.put_run("20261124t061502z-1f3a9c", example=Tally(), wire=Tally(discovered=1, failed=Counter({"http-500": 1})))
    return shelf
