"""The aggressive URL key: equal for addresses that may well be one article. It proposes; content decides."""

import hashlib
import re
import unicodedata
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from newsarchive.urls import is_web, normalize

_PREFIXES = frozenset({"www", "www1", "www2", "www3", "m", "mobile", "mobil", "touch", "wap", "amp", "lite", "3g"})
_SAME_SITES = {
    "bbc.co.uk": "bbc.com",
    "derstandard.de": "derstandard.at",
    "edition.cnn.com": "cnn.com",
    "timesofindia.com": "timesofindia.indiatimes.com",
}
"""Hosts, without what `_PREFIXES` leaves out, under which one publisher serves the same articles at the same paths."""
_SEGMENTS = frozenset("amp amphtml drucken komplettansicht lite m mobile print printable printview print-view".split())
_INDEX = re.compile(r"(?:index|default)\.(?:html?|xhtml|php\d?|aspx?|jsp|cfm|shtml)")
_EXTENSION = re.compile(r"\.(?:amp|print|html?|xhtml|php|aspx?|jsp|shtml|cms|ece)$")
_SUFFIX = re.compile(r"[._!-](?:amp|print|mobile)$")
_SESSION_SEGMENT = re.compile(r"\([a-z]\([a-z0-9]{8,}\)\)")
_SESSION_PARAMETER = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid)=[^/;]*", re.IGNORECASE)
_AMP_CACHE = re.compile(r"\.cdn\.ampproject\.org$|\.ampproject\.net$")
_AMP_VIEWER = re.compile(r"/(?:amp|[acv])/(?:s/)?(?=[^/]+\.[^/]+/)")
_IGNORED = frozenset(
    (
        "amp amp_js_v amp_gsa usqp outputtype mobile m ismobile print printable printview pf print_view "
        "phpsessid jsessionid sessionid session_id sid cfid cftoken zenid oscsid s_id "
        "ref referer referrer ref_src ref_url source src from via rss feed feedtype partner share shared sharetype "
        "campaign cmp campaign_id camp ocid ito mod smid smtyp smprod emc nl ncid ito_cid cid icid intcmp int_cmp "
        "linkid link_source traffic_source soc_src soc_trk sr_share sh spm trk wt_mc wt.mc_id wt.mc_ev wt.z_mc "
        "guccounter guce_referrer guce_referrer_sig _openstat fb_action_ids fb_action_types fb_source "
        "__twitter_impression taid s t echobox sref cvid xtref xts wtmc rssfeed dlvrit bftw mbid "
        "fm isapp app inapp platform view_mode single singlepage fullpage onepage nocache cachebuster timestamp _ "
        "noredirect redirect redirected ampcf amp_lite"
    ).split()
)
_IGNORED_PREFIXES = ("aspsessionid", "fb_", "wt.", "amp_", "int_", "share_", "__")
_IGNORED_VALUES = frozenset(
    {
        ("page", "1"),
        ("page", "all"),
        ("p", "all"),
        ("pagewanted", "all"),
        ("view", "print"),
        ("view", "mobile"),
        ("view", "amp"),
        ("output", "amp"),
        ("output", "print"),
        ("format", "amp"),
        ("format", "print"),
        ("type", "amp"),
        ("mode", "print"),
        ("tmpl", "component"),
        ("action", "print"),
        ("display", "mobile"),
        ("theme", "mobile"),
    }
)
_SELECTING = re.compile(
    r"(?:id|page|part|chap|slide|photo|image|video|v|lang|locale|article|story|doc|news|post|q|query|search)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")
_ID = re.compile(r"\d{5,}|(?<![^/])(?=(?:[a-z]*\d){3})(?=[a-z]*\d+[a-z])[a-z\d]{9,}(?![^/.])", re.IGNORECASE)
_DATED = re.compile(r"(?:19|20)\d\d[/-]\d\d?[/-]\d\d?/[^/]*[a-z]", re.IGNORECASE)
_WORDS_OF_A_HEADLINE = 4


@lru_cache(maxsize=4096)
def loose_key(url: str) -> str:
    """Return 16 hex digits that are equal for addresses that may be one article's; `""` for what is no web address.

    Left out: www, mobile, AMP and print marks of host and path; AMP caches; session ids; parameters that tell where a
    reader came from or how the page is shown; index pages, extensions, a closing slash, case. The host is compared as
    Unicode. Behind a path that names an article or its day, parameters count only if their value is a number or their
    name one that selects.
    """
    if not is_web(url):
        return ""
    origin = _origin(url)
    path = _path(origin)
    form = f"{_host(origin)}/{path}?{_query(origin, told=_is_telling(path) or bool(_DATED.search(path)))}"
    return hashlib.sha256(form.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def is_telling(url: str) -> bool:
    """Tell whether an address's path names one article: by a long number or mixed id, or by the words of a headline."""
    return _is_telling(urlsplit(url).path)


def _is_telling(path: str) -> bool:
    last = next((s for s in reversed(unquote(path).split("/")) if s not in _SEGMENTS and not _INDEX.fullmatch(s)), "")
    words = [w for w in re.split(r"[\W_]+", last) if w]
    return bool(_ID.search(path)) or len(words) >= _WORDS_OF_A_HEADLINE


def _origin(url: str) -> str:
    """Return the publisher's address out of an AMP cache's or viewer's; any other as it is, normalised."""
    form = normalize(url)
    parts = urlsplit(form)
    host = parts.hostname or ""
    if _AMP_CACHE.search(host) or (host.startswith("www.google.") and parts.path.startswith("/amp/")):
        wrapped = _AMP_VIEWER.match(parts.path)
        if wrapped:
            return normalize(f"https://{form.partition(parts.netloc)[2][wrapped.end() :]}")
    return form


def _host(form: str) -> str:
    parts = urlsplit(form)
    labels = [_unicode(label) for label in (parts.hostname or "").split(".")]
    while len(labels) > 2 and labels[0] in _PREFIXES:  # noqa: PLR2004 - a name under a top-level domain stays
        del labels[0]
    inner = [label for label in labels[:-2] if label not in _PREFIXES]
    host = ".".join([*inner, *labels[-2:]])
    return f"{_SAME_SITES.get(host, host)}{f':{parts.port}' if parts.port else ''}"


def _unicode(label: str) -> str:
    if not label.startswith("xn--"):
        return _fold(label)
    try:
        return _fold(label[4:].encode("ascii").decode("punycode"))
    except UnicodeError:
        return label


def _path(form: str) -> str:
    bare = _SESSION_PARAMETER.sub("", urlsplit(form).path)
    segments = [_fold(unquote(segment, errors="surrogateescape")).replace("/", "%2f") for segment in bare.split("/")]
    kept = [s for s in segments if s and s not in _SEGMENTS and not _SESSION_SEGMENT.fullmatch(s)]
    kept = [s.removeprefix("amp_") for s in kept]
    if kept and _INDEX.fullmatch(kept[-1]):
        del kept[-1]
    if kept[-2:] == ["page", "1"]:
        del kept[-2:]
    if segments[-2:] == ["amp", "1"]:
        del kept[-1:]
    return "/".join([*kept[:-1], *map(_bare, kept[-1:])])


def _bare(segment: str) -> str:
    """Return a path's last segment without the marks of its format."""
    before = ""
    while segment != before:
        before, segment = segment, _SUFFIX.sub("", _EXTENSION.sub("", segment))
    return segment


def _query(form: str, *, told: bool) -> str:
    pairs = parse_qsl(urlsplit(form).query, keep_blank_values=True, errors="surrogateescape")
    kept = [(name.lower(), _fold(value)) for name, value in pairs]
    counting = [pair for pair in kept if not (_is_ignored(*pair) or (told and not _selects(*pair)))]
    return urlencode(sorted(counting), errors="surrogateescape")


def _selects(name: str, value: str) -> bool:
    return bool(_NUMBER.fullmatch(value) or (value and _SELECTING.match(name)))


def _is_ignored(name: str, value: str) -> bool:
    return name in _IGNORED or name.startswith(_IGNORED_PREFIXES) or (name, value) in _IGNORED_VALUES


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
