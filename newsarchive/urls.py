"""Addresses: the canonical form, the URL key, the article id, and site names."""

import hashlib
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

if TYPE_CHECKING:
    from tldextract import TLDExtract

TRACKERS = frozenset(
    """
    _ga _gl _hsenc _hsmi at_campaign at_custom1 at_custom2 at_custom3 at_custom4 at_link_id at_link_origin
    at_link_type at_medium at_ptr_name cmpid dclid fbclid gbraid gclid gclsrc igsh igshid li_fat_id mc_cid mc_eid
    mkt_tok msclkid ns_campaign ns_fee ns_linkname ns_mchannel ns_source oly_anon_id oly_enc_id pk_campaign
    pk_cid pk_content pk_keyword pk_kwd pk_medium pk_source s_cid srsltid ttclid twclid vero_conv vero_id wbraid xtor
    yclid
    """.split()
)
_TRACKER_PREFIXES = ("utm_", "mtm_", "hsa_")
_ID = re.compile(r"(?<!\d)(?!(?:19|20)\d{6}(?!\d))\d{6,}")
_VARIANTS = frozenset({"", "amp", "amp.html", "index.html", "print"})
_DEFAULT_PORTS = {"http": 80, "https": 443}


def _is_tracker(name: str) -> bool:
    lowered = name.lower()
    return lowered in TRACKERS or lowered.startswith(_TRACKER_PREFIXES)


def is_web(url: str) -> bool:
    """Tell whether url is an absolute http or https address with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in _DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def normalize(url: str) -> str:
    """Return url in canonical form, for comparing and storing.

    Lower-case scheme and host (IDNA), no default port, no fragment, sorted query without known trackers
    (RFC 3986, section 6). Conservative: anything that may select another article stays.
    """
    encodable = url.strip().encode("utf-8", "replace").decode()
    parts = urlsplit(canonicalize_url(encodable, keep_blank_values=True))
    host = (parts.hostname or "").rstrip(".")
    port = parts.port
    netloc = f"[{host}]" if ":" in host else host
    if port and port != _DEFAULT_PORTS.get(parts.scheme):
        netloc = f"{netloc}:{port}"
    pairs = _in_order(parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape"), encodable)
    query = urlencode([(k, v) for k, v in pairs if not _is_tracker(k)], errors="surrogateescape")
    return urlunsplit((parts.scheme, netloc, parts.path or "/", query, ""))


def _in_order(pairs: list[tuple[str, str]], url: str) -> list[tuple[str, str]]:
    """Return sorted pairs with those of one name as url has them: of `?id=1&id=2` most servers read the last."""
    if len({name for name, _ in pairs}) == len(pairs):
        return pairs
    given = parse_qsl(urlsplit(url).query, keep_blank_values=True, errors="surrogateescape")
    places = {pair: place for place, pair in enumerate(given)}
    return sorted(pairs, key=lambda pair: (pair[0], places.get(pair, len(given))))


def url_key(url: str) -> str:
    """Return 32 hex digits that are equal for two addresses of one page: the normal form without its scheme."""
    return _digest(normalize(url).partition("://")[2], 32)


def article_id(canonical_url: str) -> str:
    """Return the id of the article at canonical_url: 24 hex digits, the same in every run."""
    return url_key(canonical_url)[:24]


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:length]


@cache
def _suffixes() -> "TLDExtract":
    import tldextract  # noqa: PLC0415 - it imports requests, and readers never ask for a domain

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def registrable_domain(url: str) -> str:
    """Return the domain somebody registered (`bbc.co.uk`), or the host itself where there is none (an IP address)."""
    host = urlsplit(url).hostname or ""
    return _suffixes()(host).top_domain_under_public_suffix or host


def canonical_url(url: str, declared: str) -> str:
    """Return declared, normalised, where it is to be trusted as url's canonical form; else url, normalised.

    Trusted: a web address of the same registrable domain that names the page as url does. RFC 6596 calls it a hint,
    and some sites give every page the address of its section or of the front page.
    """
    target = _joined(url, declared.strip())
    if not is_web(target) or urlsplit(target).port != urlsplit(url).port:
        return normalize(url)
    if registrable_domain(target) != registrable_domain(url) or not _names_the_same(target, url):
        return normalize(url)
    return normalize(target)


def _names_the_same(one: str, other: str) -> bool:
    """Tell whether two addresses share their last path segment, or a number long enough to be a page's id."""
    first, second = urlsplit(normalize(one)), urlsplit(normalize(other))
    if first.query and second.query and first.query != second.query:
        return False
    return _slug(first.path) == _slug(second.path) or bool({*_ID.findall(first.path)} & {*_ID.findall(second.path)})


def _slug(path: str) -> str:
    last = next((s for s in reversed(path.lower().split("/")) if s not in _VARIANTS), "")
    return re.sub(r"\.[a-z]{2,5}$", "", last)


def _joined(url: str, reference: str) -> str:
    try:
        return urljoin(url, reference)
    except ValueError:
        return ""


def site_name(url: str) -> str:
    """Return a short name for the site at url, `[a-z0-9-]+`: host without www, port and path where they matter."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = parts.port if parts.port != _DEFAULT_PORTS.get(parts.scheme) else None
    whole = "-".join(str(p) for p in (host, port, parts.path.strip("/")) if p)
    ascii_host = whole.encode("idna").decode() if _is_idna(whole) else whole
    name = re.sub(r"[^a-z0-9]+", "-", ascii_host.lower()).strip("-")
    return name[:80].strip("-") or _digest(url, 12)


def _is_idna(text: str) -> bool:
    try:
        text.encode("idna")
    except UnicodeError:
        return False
    return True
