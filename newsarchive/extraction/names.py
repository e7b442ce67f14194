"""Bylines to names of persons and agencies."""

import re

from newsarchive.extraction.phrases import alternatives
from newsarchive.extraction.strings import one_line

_BY = alternatives("byline-leads")
_LEAD = re.compile(
    rf"^(?:(?:{alternatives('byline-kinds')})\s+)?(?:{_BY})(?:\s*[:\uff1a/\uff0f]\s*|\s+)", re.IGNORECASE
)
_LABEL = re.compile(rf"^(?:{_BY}|text by)\s*[:\uff1a/]?$", re.IGNORECASE)
_CONTACT = re.compile(r"\S+@\S+\.\w+|(?<!\w)@\w+|https?://\S+|www\.\S+")
_MONTH = r"(?:jan|feb|mar|mär|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[^\W\d]*\.?,?"
_DATED = re.compile(
    r"[\s,|•·–-]*(?:\b(?:on|at|am|um|le|el|den|vom|posted|published|updated|stand|created|date|last|first|since)\b[\s:,]*)*"  # noqa: RUF001 - other scripts have signs of their own
    rf"(?:\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b|\b{_MONTH}\s+\d|"
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\.?\s+{_MONTH}(?:\s|$)|\d{{1,2}}[:./-]\d{{1,2}}|\b(?:19|20)\d\d\b).*$",
    re.IGNORECASE,
)
_PARENTHESES = re.compile(r"\s*[(\[（【][^)\]）】]{0,80}[)\]）】]?")  # noqa: RUF001 - other scripts have signs of their own
_FOLLOW = re.compile(r"\b(?:follow|suivre|seguir|folgen|segui|подписаться)\b.*$", re.IGNORECASE)
_SPLIT = re.compile(
    r"\s*(?:;|\||•|·|\s/\s|\n|、|،|，)\s*|\s+(?:and|und|et|y|e|og|och|en|ve|dan|i|и|&|\+|with|avec|mit|con|و)\s+|\s*&\s*",  # noqa: RUF001 - other scripts have signs of their own
)
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|staff|writer|journalist|contributor|producer|redakteur(?:in)?|korrespondent(?:in)?|"
    r"bureau|chief|columnist|director|analyst|photographer|senior|political|special|freelance|professor|envoyé|"
    r"envoyée|journaliste|correspondante?|redactora?|corresponsal|inviato|redaktion\w*|news desk)\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:admin(?:istrator)?|editor|staff|unknown|none|null|undefined|author|n/?a|guest|user|root|"
    r"webmaster|anonymous|view all posts.*"
    r"|share|comments?|\d+|updated.*|posted.*|veröffentlicht.*|contact.*|twitter.*|facebook.*|log ?(?:in|"
    r"out).*|redaktion|journalist|reporter|staff writer|by|von|par|published.*|read more.*"
    r"|bio(?:graphy)?|profile?|e-?mail|website|rss|zur? \w+|alle .*|mehr .*|more .*|see all.*|.*该作者.*"
    r"|关注|關注|フォロー|팔로우|구독|متابعة|takip et)$",
    re.IGNORECASE,
)
# Chinese names of two signs are sometimes set apart.
_PARTED = re.compile(r"(?<=^[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff]$)")
_HAN = re.compile(r"[\u4e00-\u9fff·]{2,4}|[\uac00-\ud7af]{2,4}")
_WORD = re.compile(
    r"[^\W\d_a-z][\w’'‐-]*\.?|(?:[^\W\d_]\.)+|d[aeiu]|de[lr]|della|v[ao]n|la|le|el|al|bin|ben|ter|ten|zu|af|dos|das|du|y|e|i"  # noqa: RUF001 - other scripts have signs of their own
)  # a particle may be small
_ROLE_END = re.compile(
    r"(?:[\s,–-]+(?:senior|chief|staff|special|political|national|deputy|contributing|managing|executive|associate|guest|freelance|"  # noqa: RUF001 - other scripts have signs of their own
    r"(?:world|news|business|science|sports?|health|tech) )*(?:editor|reporter|correspondent|writer|"
    r"journalist|contributor|producer|columnist|"
    r"redakteur(?:in)?|korrespondent(?:in)?|journaliste|기자|記者|记者|특파원))+$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:\s+|(?<=[a-z])(?=[A-Z]))(?:stand|published|posted|updated|(?:jan|febr)uary|march|april|june|july|august|(?:sept|nov|dec)ember|october)$",
    re.IGNORECASE,
)
_PLACE_END = re.compile(r"\s+(?:for|from|at|of the|für|pour|para|aus|in)\s+\S.*$")
_PROFILE = re.compile(
    r"^.*\b(?:beiträge|articles|posts|artikel|profil|profile|stories)\s+(?:by|von|de|par|of)\s+", re.IGNORECASE
)
_KIND = re.compile(r"^[^\W\d_]{3,14}\s*:\s+(?=\S)")
_BYLINE = 600
_LONGEST = 70
_MOST_WORDS = 7


def split_byline(text: str) -> list[str]:
    """The names in a byline: lead-in words, roles, contacts and Follow buttons removed."""
    bare = _DATED.sub("", _CONTACT.sub(" ", _FOLLOW.sub("", one_line(text[:_BYLINE]))))
    found = []
    for part in _parts(_unlabelled(bare)):
        name = clean_name(part)
        if name:
            found.append(name)
    return unique(found)


def clean_name(text: str) -> str:
    """One name, or nothing where the text is none."""
    name = _KIND.sub("", _unlabelled(_PROFILE.sub("", _PARENTHESES.sub("", _CONTACT.sub(" ", one_line(text))))))
    name = _PARTED.sub("", name)
    name = _AFTER.sub("", _PLACE_END.sub("", _ROLE_END.sub("", name)))
    if is_personal(first := name.split(" - ")[0].strip()):
        name = first
    name = one_line(name.split(",")[0] if _ROLE.search(name.partition(",")[2]) else name).strip(" ,;:|-–—•·/\"'“”")  # noqa: RUF001 - other scripts have signs of their own
    if not name or len(name) > _LONGEST or len(name.split()) > _MOST_WORDS:
        return ""
    return "" if _NO_NAME.match(name) or _LABEL.match(name) or not any(map(str.isalpha, name)) else name


def is_personal(name: str) -> bool:
    """Whether a text looks like one person's name: two to five capitalised words, or two to four Han characters."""
    words = name.split()
    if _HAN.fullmatch(name):
        return True
    return 2 <= len(words) <= 5 and all(_WORD.fullmatch(word) for word in words) and words[0][:1].isupper()  # noqa: PLR2004


def unique(names: list[str]) -> list[str]:
    """Names once each, whatever their case, in order."""
    return list({name.casefold(): name for name in reversed(names)}.values())[::-1]


def _unlabelled(text: str) -> str:
    bare = text.strip()
    while (match := _LEAD.match(bare)) and match.end() < len(bare):
        bare = bare[match.end() :].strip()
    return bare


def _parts(text: str) -> list[str]:
    parts = []
    for piece in _SPLIT.split(text):
        parts += _by_comma(piece)
    return [part for part in parts if part.strip()]


def _by_comma(piece: str) -> list[str]:
    """Commas part names, but not a name from its role or place."""
    parts = [part.strip() for part in piece.split(",")]
    return [part for i, part in enumerate(parts) if i == 0 or not _ROLE.search(part)]
