"""The opt-out list: hosts and addresses that are never fetched, because their publisher has asked for it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from newsarchive.errors import UsageError
from newsarchive.urls import is_web

OPTED_OUT = "opted-out"
"""The counters' reason for what is on the list."""

_HOST = re.compile(r"(?=.{1,253}$)[\w-]+(?:\.[\w-]+)*|[0-9a-f.]*:[0-9a-f:.]+")


@dataclass(frozen=True, slots=True)
class OptOut:
    """Hosts, each with all below it, and beginnings of paths by host: neither scheme, port nor letter case matter."""

    hosts: frozenset[str] = frozenset()
    paths: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, path: str) -> "OptOut":
        """Return the list in a file; an empty path is an empty list.

        Raises:
            UsageError: the file cannot be read, or a line is neither a host nor an address.
        """
        if not path:
            return cls()
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"NEWSARCHIVE_OPT_OUT: cannot read {path!r}: {getattr(error, 'strerror', None) or error}"
            ) from error
        return cls.parse(text.splitlines(), where=path)

    @classmethod
    def parse(cls, lines: Iterable[str], *, where: str) -> "OptOut":
        """Return the list in lines: a host, or an address with a path, each; `#` begins a comment."""
        hosts, paths = set[str](), list[tuple[str, str]]()
        for number, line in enumerate(lines, 1):
            entry = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
            if not entry:
                continue
            host, path = _entry(entry, f"{where} line {number}")
            if path.strip("/"):
                paths.append((host, path))
            else:
                hosts.add(host)
        return cls(frozenset(hosts), tuple(paths))

    def covers(self, url: str) -> bool:
        """Tell whether an address is on the list."""
        if not self.hosts and not self.paths:
            return False
        host, path = _place(url)
        above = {host} | {host[place + 1 :] for place, letter in enumerate(host) if letter == "."}
        return bool(above & self.hosts) or any(on in above and path.startswith(start) for on, start in self.paths)


def _entry(text: str, where: str) -> tuple[str, str]:
    url = text if "://" in text else f"http://{text}"
    host, path = _place(url) if is_web(url) else ("", "")
    if not _HOST.fullmatch(host):
        raise UsageError(f"{where} is {text!r}: write a host such as news.example, or an address with a path")
    return host, path


def _place(url: str) -> tuple[str, str]:
    """Return the host in ASCII without `www.`, and the path of an address without escapes and dots."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        ascii_host = host if host.isascii() else host.encode("idna").decode()
        return ascii_host.removeprefix("www."), unquote(urlsplit(urljoin(url, parts.path or "/")).path)
    except ValueError:  # UnicodeError is one
        return "", ""
