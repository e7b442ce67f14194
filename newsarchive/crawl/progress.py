"""How a run looks while it goes on: a live table on a terminal, JSON lines elsewhere."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console
from rich.live import Live
from rich.logging import RichHandler
from rich.text import Text

from newsarchive.crawl.run import Run
from newsarchive.crawl.tally import total
from newsarchive.redaction import redact

Watch = Callable[[Run], None]
_NOISY = ("scrapy.addons", "scrapy.crawler", "scrapy.middleware", "scrapy.statscollectors", "scrapy.utils.log")


class JsonFormatter(logging.Formatter):
    """Formats a log record as one JSON object a line."""

    def __init__(self) -> None:
        super().__init__()
        self.run_id = ""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "run_id": self.run_id,
        }
        if spider := getattr(record, "spider", None):
            line["site"] = str(getattr(spider, "name", spider))
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps({k: v for k, v in line.items() if v}, ensure_ascii=False)


@contextmanager
def watching() -> Iterator[Watch]:
    """Show a run on standard error while the context lasts; what it yields is to be called with the run."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _log_json()
        return
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        logging.basicConfig(
            level=logging.WARNING,
            format="%(message)s",
            handlers=[RichHandler(logging.WARNING, console=console, show_path=False, show_time=False)],
            force=True,
        )
        yield lambda run: _follow(live, run)


def _log_json() -> Watch:
    formatter = JsonFormatter()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.setLevel(logging.INFO)
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or not record.name.startswith(_NOISY))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    return lambda run: setattr(formatter, "run_id", run.run_id)


def _follow(live: Live, run: Run) -> None:
    live.get_renderable = lambda: _line(run)  # type: ignore[method-assign]  # rich asks for it at each refresh


def _line(run: Run) -> Text:
    sums = total(list(run.sites.values()))
    text = f"{len(run.sites)} sites  {sums.discovered} found  {sums.fetched} fetched  {sums.archived} archived"
    return Text(text, style="cyan")
