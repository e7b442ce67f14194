"""The settings of the environment and of `.env`: whether a crawl would take them, and whether anybody is told."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from newsarchive.doctor.finding import Finding, broken, note
from newsarchive.environment import NAMES, OWN
from newsarchive.errors import UsageError
from newsarchive.suggest import nearest
from newsarchive.watch.outlets import Outlets, outlets

_ABOUT = "settings"
_REMEDY = "correct it in .env or the environment: every crawl ends with 2 until then"
_ALARMS = ("NEWSARCHIVE_NOTIFY_URL", "NEWSARCHIVE_NOTIFY", "NEWSARCHIVE_HEALTHCHECK_URL")
_USAGE = UsageError.exit_code


def examine() -> Iterator[Finding]:
    """Yield what is found of the settings."""
    from newsarchive.crawl.process import identify, project_settings, reachable  # noqa: PLC0415 - Scrapy is slow to import
    from newsarchive.crawl.run import options  # noqa: PLC0415 - as above

    settings = project_settings()
    yield from _refused(lambda: identify(settings))
    yield from _refused(lambda: reachable(settings))
    yield from _refused(lambda: options(settings))
    yield from _refused(outlets)
    yield from _misspelt()
    yield from _alarms()
    if not settings.get("NEWSARCHIVE_CONTACT"):
        remedy = "set NEWSARCHIVE_CONTACT, in .env or the environment, to an address that publishers can write to"
        yield note("contact", "none is set", remedy)


def _refused(check: Callable[[], object]) -> Iterator[Finding]:
    try:
        check()
    except UsageError as error:
        yield broken(_ABOUT, str(error), _REMEDY, exit_code=_USAGE)


def _misspelt() -> Iterator[Finding]:
    for name in sorted(name for name in os.environ if name.startswith(OWN) and name not in NAMES):
        if near := nearest(name, NAMES):
            yield note(_ABOUT, f"{name} is set, and nothing reads it", f"did you mean {near}?")


def _alarms() -> Iterator[Finding]:
    try:
        to = outlets()
    except UsageError:
        return  # told already
    if not any(os.environ.get(name) for name in _ALARMS):
        remedy = f"set one of {', '.join(_ALARMS)}, in .env or the environment; cron's mail needs a mail system"
        yield note("alarms", "nobody is told when a site breaks", remedy)
    yield from _apprise(to)
    yield from _metrics(to)


def _apprise(to: Outlets) -> Iterator[Finding]:
    if not to.apprise_urls:
        return
    if importlib.util.find_spec("apprise") is None:
        told = "NEWSARCHIVE_NOTIFY is set, and apprise is not installed: nobody would be told"
        yield broken("alarms", told, "pip install 'newsarchive[notify]'", exit_code=_USAGE)
        return
    import apprise  # noqa: PLC0415 - an extra

    for number, url in enumerate(to.apprise_urls, 1):
        if apprise.Apprise.instantiate(url) is None:
            told = f"address {number} of NEWSARCHIVE_NOTIFY is none that apprise knows: nobody would be told by it"
            yield broken(
                "alarms", told, "correct it: newsarchive shows no secrets, apprise --help does", exit_code=_USAGE
            )


def _metrics(to: Outlets) -> Iterator[Finding]:
    folder = Path(to.metrics_file).absolute().parent
    if to.metrics_file and not os.access(folder, os.W_OK | os.X_OK):
        told = (
            f"NEWSARCHIVE_METRICS_FILE cannot be written: {folder} is {'not ours' if folder.is_dir() else 'no folder'}"
        )
        yield broken("metrics", told, "make the folder, and give it to the user that crawls", exit_code=_USAGE)
