"""The project folder that a command is run in, and the settings in its `.env`."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from newsarchive.errors import UsageError
from newsarchive.suggest import did_you_mean

FILE = ".env"
_OWN = "NEWSARCHIVE_"
# Not AWS_CONFIG_FILE and its like: such a file may name a command that is run for credentials.
_OTHERS = frozenset({
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION",
    "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3",
    "HTTPPROXY_ENABLED", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
})  # fmt: skip
_PLACES = frozenset({"NEWSARCHIVE_URI", "NEWSARCHIVE_STATE", "NEWSARCHIVE_METRICS_FILE"})


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
    if len(words) > 1 or not equals:
        raise UsageError(f"{where} is malformed: write NAME=value, quoted where it has blanks")
    if not name.startswith(_OWN) and name not in _OTHERS:
        told = did_you_mean(name, _OTHERS)
        raise UsageError(f"{where} sets {name!r}, which is not taken from there beside NEWSARCHIVE_*: {told}")
    return name, value


def _anchored(value: str, root: Path) -> str:
    return value if not value or "://" in value or value.startswith("~") else str(root / value)
