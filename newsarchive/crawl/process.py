"""Running spiders as one run: lock, recovery, crawl, delivery, report, exit code."""

import contextlib
import gc
import logging
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapy.settings import BaseSettings, Settings, default_settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.project import get_project_settings

import newsarchive
from newsarchive import settings as own_settings
from newsarchive.crawl.judging import Watch, declared_by, failing
from newsarchive.crawl.loading import Loader, find_project
from newsarchive.crawl.run import Run, options
from newsarchive.crawl.session import Session
from newsarchive.crawl.site import SiteSpider
from newsarchive.crawl.spider import NewsSpider
from newsarchive.crawl.stopping import StoppableProcess
from newsarchive.errors import NewsarchiveError, UsageError
from newsarchive.network import Reach
from newsarchive.spool.state import locked
from newsarchive.suggest import did_you_mean
from newsarchive.watch.outlets import outlets

if TYPE_CHECKING:
    import asyncio

_logger = logging.getLogger(__name__)
_NARROWING = frozenset({"since", "until", "limit", "urls", "edition"})
_GARBAGE_THRESHOLD = 50_000  # what is imported stays; looking through it again and again costs a twentieth
_FINE, _EXPECTATIONS_FAILED, _ARCHIVE = 0, 3, 4
_CONTACT = re.compile(r"(?=.*(?:@|://))[!-'*-~]{3,200}")
_ANONYMOUS = "publishers cannot reach you: set NEWSARCHIVE_CONTACT to a mailbox or web address, for the user agent"
_OPTIONAL_SETTINGS = frozenset({"CLOSESPIDER_PAGECOUNT", "JOBDIR"})


def project_settings() -> Settings:
    """Return the project's settings, those of newsarchive where the working directory is no Scrapy project."""
    settings = get_project_settings()
    if not settings.get("NEWSARCHIVE_URI"):
        settings.setmodule("newsarchive.settings", priority="project")
    return settings


def apply(settings: Settings, given: Mapping[str, str]) -> None:
    """Set settings by name, as `-s` does; UsageError for a name that is nearly, but not quite, a known one."""
    known = {n for module in (default_settings, own_settings) for n in dir(module) if n.isupper()} | _OPTIONAL_SETTINGS
    for name, value in given.items():
        suggestion = did_you_mean(name, known)
        if name not in known and suggestion.startswith("did you mean"):
            raise UsageError(f"unknown setting {name!r}: {suggestion}")
        settings.set(name, value, priority="cmdline")


def site_names(settings: BaseSettings) -> list[str]:
    """Return the names of the sites that the project declares; of the bundled ones outside of any project."""
    loader = Loader(settings)
    if names := [name for name in loader.own if issubclass(loader.load(name), SiteSpider)]:
        return names
    raise UsageError("this project declares no site yet: newsarchive add URL, or name a bundled one such as rfi")


def loaded_sites() -> dict[str, type[SiteSpider]]:
    """Return the declared sites by name."""
    loader = get_spider_loader(project_settings())
    classes = ((name, loader.load(name)) for name in loader.list())
    return {name: cls for name, cls in classes if issubclass(cls, SiteSpider)}


def _spiders(names: Sequence[str], settings: Settings) -> list[type[NewsSpider]]:
    loader = get_spider_loader(settings)
    known = loader.list()
    for name in names:
        if name not in known:
            raise UsageError(f"unknown site {name!r}: {did_you_mean(name, known)}")
    classes = [loader.load(name) for name in dict.fromkeys(names)]
    for cls in classes:
        if not issubclass(cls, NewsSpider):
            raise UsageError(f"{cls.name} is not a newsarchive spider: make it a SiteSpider")
    return classes  # type: ignore[return-value]


def identify(settings: Settings) -> bool:
    """Name the contact in the user agent; tell whether publishers can reach somebody by it.

    Raises:
        UsageError: the contact is no address, or would not pass as part of a header.
    """
    contact = str(settings.get("NEWSARCHIVE_CONTACT") or "")
    if contact and not _CONTACT.fullmatch(contact):
        raise UsageError(
            f"NEWSARCHIVE_CONTACT is {contact!r}: write a mailbox or an address such as https://you.example/bot"
        )
    if contact and (settings.getpriority("USER_AGENT") or 0) <= (settings.getpriority("NEWSARCHIVE_CONTACT") or 0):
        agent = f"newsarchive/{newsarchive.__version__} (+{contact})"
        settings.set("USER_AGENT", agent, priority=settings.getpriority("NEWSARCHIVE_CONTACT") or "project")
    return bool(re.search(r"@|://", str(settings.get("USER_AGENT"))))


def reachable(settings: BaseSettings) -> Reach:
    """Return what a crawl may connect to.

    Raises:
        UsageError: NEWSARCHIVE_ALLOW_PRIVATE or HTTPPROXY_ENABLED is malformed; the message names it.
    """
    try:
        settings.getbool("HTTPPROXY_ENABLED")
    except ValueError:
        raise UsageError(f"HTTPPROXY_ENABLED is {settings['HTTPPROXY_ENABLED']!r}: write 0 or 1") from None
    return Reach.parse(str(settings["NEWSARCHIVE_ALLOW_PRIVATE"]))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run leaves: its report and the process's exit code."""

    report: Mapping[str, Any]
    exit_code: int


def crawl(
    names: Sequence[str],
    given: Mapping[str, str],
    settings: Settings,
    *,
    jitter: int = 0,
    on_start: Callable[[Run], None] = lambda run: None,  # noqa: ARG005 - nobody watches
) -> Outcome:
    """Crawl sites by name with `-a` arguments, and return the run's report; `on_start` is given the run.

    The crawl begins after a random time of at most `jitter` seconds; until then it holds no lock.

    Raises:
        NewsarchiveError: nothing was crawled; its `exit_code` says why.
    """
    if not names:
        raise UsageError("name a site to crawl, or give --all")
    find_project()
    spiders = _spiders(names, settings)
    for spider in spiders:
        spider.parse_arguments(given)
    identified = identify(settings)
    reachable(settings)
    chosen = options(settings)
    to = outlets()
    _wait(jitter)
    with failing(to), locked(chosen.state), contextlib.closing(Session(chosen)) as session, session.stop.heeding():
        on_start(session.run)
        session.run.scope = _scope(given)
        session.run.problems.extend([] if identified else [_ANONYMOUS])
        with contextlib.closing(Watch(session, to, declared_by(spiders))) as watch:
            watch.begin()
            session.begin()
            if not session.stop.asked:
                _run(spiders, given, settings, session)
            session.end()
            return _ended(session, watch)


def _wait(jitter: int) -> None:
    if jitter:
        seconds = random.uniform(0, jitter)  # noqa: S311 - nobody gains by guessing it
        _logger.info("waiting %.0f s of at most %d s before the crawl", seconds, jitter)
        time.sleep(seconds)


def _scope(given: Mapping[str, str]) -> str:
    return ",".join(sorted(given.keys() & _NARROWING))


def _ended(session: Session, watch: Watch) -> Outcome:
    watch.judge()
    code = exit_code(session, alarming=watch.is_alarming())
    watch.notify()
    report = session.file_report(code)
    watch.end(report)
    return Outcome(report, code)


def _run(spiders: Sequence[type[NewsSpider]], given: Mapping[str, str], settings: Settings, session: Session) -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE_THRESHOLD)
    process = StoppableProcess(settings)
    from twisted.internet import reactor  # noqa: PLC0415 - importing it earlier would install another one

    session.crawling(reactor)
    process.heed(session.stop, session.give_up)
    crawls: dict[str, asyncio.Future[None]] = {}
    for spider in spiders:
        crawler = process.create_crawler(spider)
        session.join(crawler)
        crawls[spider.name] = process.crawl(crawler, **given)
    process.start(install_signal_handlers=False)  # the session has its own, for all of the run
    for name, ended in crawls.items():
        if ended.done() and not ended.cancelled() and (error := ended.exception()):
            session.run.unstarted.append(f"{name} could not be started: {type(error).__name__}: {error}")


def exit_code(session: Session, *, alarming: bool) -> int:
    """Return the exit code of a run; `alarming` says that the state of a site asks for 3."""
    session.run.problems.extend(session.run.unstarted)
    if session.error is not None:
        return session.error.exit_code if isinstance(session.error, NewsarchiveError) else _ARCHIVE
    if session.run.unstarted:
        return UsageError.exit_code
    return _EXPECTATIONS_FAILED if alarming or session.run.internal_errors else _FINE
