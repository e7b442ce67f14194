"""Pages that unpack to much more than they are: refused by reason, and forgotten at once."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.archive import Archive
from tests.safety.bombs import CODINGS, bomb
from tests.safety.serving import NOT_FOUND, Answer, article, crawling, feed, front, serving

if TYPE_CHECKING:
    import subprocess

ALLOWED_MEGABYTES = 150
BEFORE, AFTER = b"<html><head><title>A title</title></head><body><p>", b"</p></body></html>"
PAGES = 3 * len(CODINGS)


def _tell(path: str) -> Answer:
    """Answer with an article first, then with bombs in every coding, three of each."""
    if path == "/":
        return front()
    if path == "/feed":
        return feed(f"/2026/11/01/ferries-of-pier-{n}" for n in range(PAGES + 1))
    number = path.rpartition("-")[2]
    if not number.isdigit():
        return NOT_FOUND
    if int(number) == PAGES:
        return article(PAGES)
    coding, body = bomb(list(CODINGS)[int(number) % len(CODINGS)], BEFORE, AFTER)
    return Answer(body, headers={"Content-Encoding": coding})


def _peaks(process: "subprocess.Popen[str]", found: list[int]) -> None:
    """Note the most memory that a process has held, in MB, as often as it can be asked."""
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        found += [int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")]
        threading.Event().wait(0.02)


def test_bombs_in_every_coding_cost_neither_memory_nor_the_page_beside_them(tmp_path: Path) -> None:
    """Thirty bombs of 300 MiB: each fails with its reason, and all of them cost the crawl less than 150 MB."""
    for name in CODINGS:
        bomb(name, BEFORE, AFTER)
    found: list[int] = []
    with (
        serving(_tell) as site,
        crawling(tmp_path, "-a", f"url={site.base}/", NEWSARCHIVE_WORKERS="1") as process,
    ):
        watching = threading.Thread(target=_peaks, args=(process, found))
        watching.start()
        output, _ = process.communicate(timeout=100)
        watching.join()
    assert f"3 failed/coding, {PAGES - 3} failed/too-large" in output, output
    assert [record.title for record in Archive.open(str(tmp_path / "archive")).articles()] == [
        f"The ferries of pier number {PAGES} stay in dock"
    ]
    base = next(peak for peak in found if peak > 80)  # what is imported, before anything is fetched
    assert max(found) - base < ALLOWED_MEGABYTES, (base, max(found))
