"""The end of a run for those who watch: verdicts, messages, metrics."""

import contextlib
import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from newsarchive import clock
from newsarchive.archive import Archive
from newsarchive.archive.ledger import LedgerRow, rows_of
from newsarchive.crawl.session import Session
from newsarchive.crawl.site import SiteSpider
from newsarchive.crawl.spider import NewsSpider
from newsarchive.errors import ArchiveError
from newsarchive.watch import metrics, notification
from newsarchive.watch.absolute import Declared
from newsarchive.watch.history import History
from newsarchive.watch.judgement import judge
from newsarchive.watch.outlets import Alarm, Outlets
from newsarchive.watch.verdict import State, Verdict

_logger = logging.getLogger(__name__)


def declared_by(spiders: Sequence[type[NewsSpider]]) -> dict[str, Declared]:
    """Return what the declarations of sites promise, by site."""
    return {
        cls.name: Declared(languages=(cls.language, *cls.editions.values()), expects=tuple(cls.expects))
        for cls in spiders
        if issubclass(cls, SiteSpider)
    }


class Watch:
    """Judges a session's sites against their history, and tells who is to know."""

    def __init__(self, session: Session, to: Outlets, declared: Mapping[str, Declared]) -> None:
        self._session = session
        self._to = to
        self._declared = declared
        self._history = History.open(session.options.state / "history.sqlite")

    def close(self) -> None:
        """Close the history."""
        self._history.close()

    def begin(self) -> None:
        """Tell the health check that the run has begun; an outlet that can tell nobody is a problem of every run."""
        run = self._session.run
        run.problems.extend(self._warn(notification.lacking(self._to)))
        self._warn(notification.ping(replace(self._to, patient=False), "start", run_id=run.run_id))

    def judge(self) -> None:
        """Judge every site of the run; the verdicts and what they say are then part of it."""
        run = self._session.run
        try:
            self._history.catch_up(Archive(self._session.storage), clock.now())
        except (ArchiveError, sqlite3.Error) as error:
            _logger.warning("the history of other machines' runs could not be read: %s", error)
        for row in rows_of(self._session.report()):
            rows = self._history.of(row.site)
            run.verdicts[row.site] = judge(row, rows, self._declared.get(row.site, Declared()))
        run.problems.extend(_told(run.verdicts))

    def is_alarming(self) -> bool:
        """Tell whether the run is to end with 3 for the state of a site."""
        if self._to.alarm is Alarm.NEVER:
            return False
        bad = [verdict for verdict in self._session.run.verdicts.values() if verdict.state.is_alarming]
        return any(verdict.is_change or self._to.alarm is Alarm.STATE for verdict in bad)

    def notify(self) -> None:
        """Send what has changed; what cannot be sent is a problem of the run, not its end."""
        run = self._session.run
        changed = notification.changes(list(rows_of(self._session.report())), run.verdicts)
        told = self._warn(notification.notify(self._outlets, changed, run_id=run.run_id))
        run.problems.extend(sentence for sentence in told if sentence not in run.problems)

    def end(self, report: Mapping[str, Any]) -> None:
        """Keep the run's rows, give out its metrics and tell the health check how it ended."""
        rows = list(rows_of(report))
        try:
            if rows:
                self._history.add(rows)
            rows = self._history.latest(clock.now())
        except sqlite3.Error as error:
            _logger.warning("the run could not be added to the history beside the spool: %s", error)
        self._give_metrics(rows)
        text = "\n".join([*report["errors"], *report["problems"]])
        event: notification.Event = "fail" if report["exit_code"] else "success"
        self._warn(notification.ping(self._outlets, event, run_id=report["run_id"], text=text))

    @property
    def _outlets(self) -> Outlets:
        return replace(self._to, patient=not self._session.stop.asked)

    def _give_metrics(self, rows: Sequence[LedgerRow]) -> None:
        text = metrics.render(rows)
        if self._to.metrics_file:
            try:
                metrics.write(Path(self._to.metrics_file), text)
            except OSError as error:
                _logger.warning("NEWSARCHIVE_METRICS_FILE cannot be written: %s", error)
        if self._to.pushgateway_url:
            self._warn(metrics.push(self._outlets, text))

    def _warn(self, sentences: Iterator[str]) -> list[str]:
        told = list(sentences)
        for sentence in told:
            _logger.warning("%s", sentence)
        return told


def _told(verdicts: Mapping[str, Verdict]) -> Iterator[str]:
    for site, verdict in sorted(verdicts.items()):
        if verdict.state in (State.OK, State.UNJUDGED):
            continue
        if verdict.is_change:
            yield f"{site}: {verdict.sentence}"
        else:
            yield f"{site}: still {verdict.state} since {verdict.since}: {verdict.sentence}"


@contextlib.contextmanager
def failing(to: Outlets) -> Iterator[None]:
    """Tell the health check of a run that could not even begin or end."""
    try:
        yield
    except Exception as error:
        for sentence in notification.ping(to, "fail", text=str(error)):
            _logger.warning("%s", sentence)
        raise
