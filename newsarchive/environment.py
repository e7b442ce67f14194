"""The project folder that a command is run in, and the settings in its `.env`."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from newsarchive.errors import UsageError
from newsarchive.suggest import did_you_mean

FILE = ".env"
NAMES = frozenset(
    f"NEWSARCHIVE_{name}"
    for name in (
        *("URI", "STATE", "ENDPOINT_URL", "ALLOW_PRIVATE", "CONTACT", "WORKERS", "PAGE_SECONDS", "PAGE_MEMORY_MB"),
        *("STOP_SECONDS", "SPOOL_MB", "REVISIT", "RAW", "OBEY", "OPT_OUT", "CACHE", "CACHE_MB", "STORE_SECONDS"),
        *("NOTIFY", "NOTIFY_URL", "HEALTHCHECK_URL", "METRICS_FILE", "PUSHGATEWAY_URL", "ALARM"),
    )
)
"""Our own settings, by the names of their environment variables."""
OWN = "NEWSARCHIVE_"
# Not AWS_CONFIG_FILE and its like: such a file may name a command that is run for credentials.
_OTHERS = frozenset({
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION",
    "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3",
    "HTTPPROXY_ENABLED", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
})  # fmt: skip
_PLACES = frozenset(f"NEWSARCHIVE_{name}" for name in ("URI", "STATE", "METRICS_FILE", "OPT_OUT", "CACHE"))
_NO_PLACE = "none"


def project_folder(start: Path | None = None) -> Path | None:
    """Return the folder with the nearest scrapy.cfg, as Scrapy looks for it, if `spiders/` lies beside that."""
    here = (start or Path.cwd()).resolve()
    nearest = next((folder for folder in (here, *here.parents) if (folder / "scrapy.cfg").is_file()), None)
    return nearest if nearest and (nearest / "spiders").is_dir() else None


def load() -> None:
    """Take over what the project's `.env` sets and the environment does not; paths are relative to the project folder.

    Raises:
        UsageError: a line is malformed, or sets something that is no setting.
    """
    root = project_folder()
    if root is None:
        return
    for name, value in _given(root / FILE):
        if not os.environ.get(name):
            os.environ[name] = _anchored(value, root) if name in _PLACES else value


def _given(file: Path) -> Iterator[tuple[str, str]]:
    if not file.is_file():
        return
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from error
    for number, line in enumerate(lines, 1):
        if words := _words(line, where=f"{file} line {number}"):
            yield _setting(words, where=f"{file} line {number}")


def _words(line: str, *, where: str) -> list[str]:
    try:
        words = shlex.split(line, comments=True)
    except ValueError as error:
        raise UsageError(f"{where} is malformed: {error}") from error
    return words[1:] if words[:1] == ["export"] else words


def _setting(words: list[str], *, where: str) -> tuple[str, str]:
    name, equals, value = words[0].partition("=")
    if len(words) > 1 or not equals or "\0" in words[0]:
        raise UsageError(f"{where} is malformed: write NAME=value, quoted where it has blanks")
    if name not in NAMES | _OTHERS:
        told = did_you_mean(name, NAMES if name.startswith(OWN) else _OTHERS)
        raise UsageError(f"{where} sets {name!r}, which is no setting that is taken from there: {told}")
    return name, value


def _anchored(value: str, root: Path) -> str:
    is_whole = "://" in value or value.startswith("~") or value in ("", _NO_PLACE)
    return value if is_whole else str(root / value)
