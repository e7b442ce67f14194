"""Which addresses may be fetched: those of the public Internet, and the private networks an operator names."""

import ipaddress
import re
import socket
import unicodedata
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote

from newsarchive.errors import UsageError

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
_EMBEDDING = tuple(ipaddress.ip_network(n) for n in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96"))
_SPECIAL = tuple(ipaddress.ip_network(n) for n in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "3fff::/20"))
"""Protocol assignments, former relays, Azure's agent and examples (RFC 9637): Python counts them as global."""
_EVERYWHERE = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
_LOCAL_NAMES = (
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
)
_NAME = re.compile(r"[\w.-]+")
_NO, _YES = frozenset({"", "0", "false", "no"}), frozenset({"1", "true", "yes"})


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public Internet; an IPv4 address inside an IPv6 one counts too."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if not ip.is_global or ip.is_multicast or ip.is_reserved or any(ip in network for network in _SPECIAL):
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return True
    inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
    embedded = any(ip in network for network in _EMBEDDING)
    return not ip.is_site_local and not embedded and (inner is None or is_public(str(inner)))


def written_address(host: str) -> str:
    """Return the IP address that a host is written as, in any spelling that a resolver takes; `""` for a name."""
    text = unicodedata.normalize("NFKC", unquote(host)).replace("\u3002", ".").rstrip(".").partition("%")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(text))  # 127.1, 0x7f.1, 2130706433
    except (OSError, ValueError):
        return ""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a crawl may connect to beside the public Internet."""

    allowed: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Reach":
        """Return the reach that NEWSARCHIVE_ALLOW_PRIVATE gives: `0` nothing private, `1` all, or networks by comma.

        Raises:
            UsageError: a part is neither an address nor a network such as 10.1.0.0/16.
        """
        if text.strip().lower() in _NO:
            return cls()
        if text.strip().lower() in _YES:
            return cls(_EVERYWHERE)
        return cls(tuple(_network(part.strip()) for part in text.split(",")))

    def admits(self, address: str) -> bool:
        """Tell whether an IP address may be connected to; ValueError if the text is none."""
        if is_public(address):
            return True
        ip = ipaddress.ip_address(address.partition("%")[0])
        return any(ip in network for network in self.allowed)

    def admits_unresolved(self, host: str) -> bool:
        """Tell whether somebody else may resolve a host: one that is neither a private address nor a local name.

        A host that is no name once its escapes are resolved (`example.org%40127.0.0.1`) may be another one to them.
        """
        if address := written_address(host):
            return self.admits(address)
        name = unquote(host).rstrip(".").lower()
        if not _NAME.fullmatch(name):
            return False
        is_local = "." not in name or name.endswith(tuple(f".{local}" for local in _LOCAL_NAMES))
        return not is_local or set(self.allowed) >= set(_EVERYWHERE)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise UsageError(
            f"NEWSARCHIVE_ALLOW_PRIVATE has {text!r}: write 0, 1 or networks such as 10.1.0.0/16,127.0.0.1"
        ) from error
