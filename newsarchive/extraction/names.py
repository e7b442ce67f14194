"""Bylines to names of persons and agencies."""

import re

from newsarchive.extraction.phrases import alternatives
from newsarchive.extraction.strings import one_line, squeeze

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
_FOLLOW = re.compile(
    r"\b(?:follow|more (?:by|from|stories)|view (?:all|profile|bio)|see (?:all|more)|suivre|seguir|folgen|segui|"
    r"подписаться)\b.*$",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:;|\||•|·|\s/\s|／|\n|、|،|，)\s*|\s+(?:and|AND|und|UND|et|y|e|og|och|en|ve|dan|i|и|&|\+|with|avec|mit|con|و)\s+|\s*&\s*",  # noqa: RUF001 - other scripts have signs of their own
)
_ROLES = alternatives("roles")
_ROLES_ONLY = re.compile(_ROLES, re.IGNORECASE)
_ROLE = re.compile(
    rf"\b(?:{_ROLES}|staff|bureau|chief|director|analyst|senior|political|special|freelance|professor|redaktion\w*|"
    r"news desk)\b",
    re.IGNORECASE,
)
_AGENCY = re.compile(alternatives("agencies"))
_DEPARTMENT = re.compile(rf"(?<!\w)(?:{alternatives('departments')})(?!\w)", re.IGNORECASE)
# Degrees and the like, which a comma sets apart from the name they follow.
_DEGREE = re.compile(r"(?:M\.?D|Ph\.?D|M\.?S|M\.?A|B\.?A|R\.?D\.?N?|R\.?N|M\.?P\.?H|M\.?B\.?A|J\.?D|LL\.?M|Esq|CFA)\.?")
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV)\.?", re.IGNORECASE)
_NO_NAME = re.compile(
    r"^(?:admin(?:istrator)?|editor|staff|unknown|none|null|undefined|author|n/?a|guest|user|root|"
    r"webmaster|anonymous|view all posts.*"
    r"|for|on|in|at|via|the|and"
    r"|share|comments?|\d+|updated.*|posted.*|veröffentlicht.*|contact.*|twitter.*|facebook.*|log ?(?:in|"
    r"out).*|redaktion|journalist|reporter|staff writer|by|von|par|published.*|read more.*"
    r"|bio(?:graphy)?|profile?|e-?mail|website|rss|zur? \w+|alle .*|mehr .*|more .*|see all.*|.*该作者.*"
    r"|.*(?:報導|報道|报道)|关注|關注|フォロー|팔로우|구독|متابعة|takip et)$",
    re.IGNORECASE,
)
# Chinese names of two signs are sometimes set apart.
_PARTED = re.compile(r"(?<=^[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff]$)")
_HAN = re.compile(r"[\u4e00-\u9fff·]{2,4}|[\uac00-\ud7af]{2,4}")
# Vowels and the like that Indian and other scripts write as signs around letters.
_SIGNS = (
    "\u0300-\u036f\u05b0-\u05c7\u064b-\u0652\u200c\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09d7"
    "\u0a01-\u0dff\u0e31-\u0e4e"
)
_WORD = re.compile(
    rf"[^\W\d_a-z][\w’'‐{_SIGNS}-]*\.?|(?:[^\W\d_]\.)+|d[aeiu]|de[lr]|della|v[ao]n|la|le|el|al|bin|ben|ter|ten|zu|af|dos|das|du|y|e|i"  # noqa: RUF001 - other scripts have signs of their own
)  # a particle may be small
# What somebody is, before the name.
_ROLE_START = re.compile(
    r"^(?:(?:onze|ons|unser[em]?|our|notre|nostr[oa]|nuestr[oa]|noss[oa]|vår|vores|naš[ae]?) )?"
    rf"(?:{_ROLES})\s+(?-i:(?=[^\W\d_]+\s+[^\W\d_a-z]))",
    re.IGNORECASE,
)
_ROLE_END = re.compile(
    r"(?:[\s,–-]+(?:senior|chief|staff|special|political|national|deputy|contributing|managing|executive|associate|guest|freelance|"  # noqa: RUF001 - other scripts have signs of their own
    rf"(?:world|news|business|science|sports?|health|tech|foreign|general assignment) )*(?:{_ROLES}))+$",
    re.IGNORECASE,
)
# What stands after a name, perhaps with no blank between.
_AFTER = re.compile(
    r"\s+on$|(?:\s+|(?-i:(?<=[a-zA-Z])(?=[A-Z][a-z])))(?:stand|published|posted|updated|aktualisiert|publié|publicado|actualizado|"
    r"(?:jan|febr)uary|march|april|june|july|august|(?:sept|nov|dec)ember|october)$",
    re.IGNORECASE,
)
_PLACE_END = re.compile(r"\s+(?:for|from|at|of the|für|pour|para|aus|in)\s+\S.*$")
_PROFILE = re.compile(
    r"^.*\b(?:beiträge|articles|posts|artikel|profil|profile|stories)\s+(?:by|von|de|par|of)\s+", re.IGNORECASE
)
_KIND = re.compile(r"^[^\W\d_]{3,14}\s*:\s+(?=\S)")
# Who took the pictures or edited the text, after or instead of who wrote it.
_CREDIT = re.compile(
    r"(?:^|[\s,;|(/]+)(?:fotos?|photos?|foto's|images?|bilder?|illustrations?|zdjęcia|фото|ảnh)\s*"
    r"(?:[:/\uff1a]|by\b|von\b|par\b|por\b).*$|(?<=\w)[\s,;|(]+(?:edited by|editing by|editor\s?:|editing\s?:).*$",
    re.IGNORECASE,
)
_POSTED_AT = re.compile(
    rf"[\s,|\u2013-]*(?<!\w)(?:{_ROLES})\s+(?:en|em|in|à|au|aux|at|for|für|aus)\s+[^,;|]+", re.IGNORECASE
)
_OF_OUTLET = re.compile(r"^(?:d[aeo]|of|from|for|para|pour|della|del|de la|der|für|aus|em)\s")
_AGENCY_END = re.compile(r"\s+(?:(?:The )?Associated Press|AP|Reuters|AFP|Agence France-Presse|dpa|Bloomberg|EFE)$")
_DASH = re.compile(r"\s[-\u2013\u2014]\s")
_BRACKETED = re.compile(r"^[\[【]([^\[\]【】]+)[\]】]$")
_TWICE = re.compile(r"^(\S.*\S)\s+\1$")
_LAST_FIRST = re.compile(r"^([^\W\d_a-z][^\W\d_]*(?:[-'\u2019][^\W\d_]+)*), ([^\W\d_a-z][^\W\d_]+(?: [A-Z]\.)?)$")
# Chinese, Japanese and Korean put role and name together without a blank.
_HAN_ROLE = re.compile(
    r"^(?:記者|记者|文[・/\uff0f]?|作者)(?=[\u4e00-\u9fff]{2,4}$)|(?<=[\u4e00-\u9fff]{2})(?:記者|记者)$|(?<=[\uac00-\ud7af]{2})기자$"
)
_POINT = re.compile(r"(?<=\w{4})\.$")
_BYLINE = 600
_LONGEST = 70
_MOST_WORDS = 7


def split_byline(text: str) -> list[str]:
    """The names in a byline: lead-in words, roles, contacts and Follow buttons removed."""
    line = _CONTACT.sub(" ", _FOLLOW.sub("", one_line(text[:_BYLINE]))).strip()
    bare = _DATED.sub("", _POSTED_AT.sub("", _CREDIT.sub("", _BRACKETED.sub(r"\1", line))))
    found = []
    for part in _parts(_unlabelled(bare)):
        name = clean_name(part)
        if name:
            found.append(name)
    return unique(found)


def clean_name(text: str) -> str:
    """One name, or nothing where the text is none."""
    name = _KIND.sub("", _unlabelled(_PROFILE.sub("", _PARENTHESES.sub("", _CONTACT.sub(" ", one_line(text))))))
    name = _ROLE_START.sub("", name) if is_personal(_ROLE_START.sub("", name)) else name
    name = _HAN_ROLE.sub("", _TWICE.sub(r"\1", _PARTED.sub("", name)))
    name = _AFTER.sub("", _PLACE_END.sub("", _ROLE_END.sub("", _POINT.sub("", name))))
    for end in (_DASH, _AGENCY_END):
        if is_personal(first := end.split(name, maxsplit=1)[0].strip()):
            name = first
    name = one_line(name.split(",")[0] if _ROLE.search(name.partition(",")[2]) else name).strip(" ,;:|-–—•·/\"'“”")  # noqa: RUF001 - other scripts have signs of their own
    if not name or _ROLES_ONLY.fullmatch(name) or len(name) > _LONGEST or len(name.split()) > _MOST_WORDS:
        return ""
    return "" if _NO_NAME.match(name) or _LABEL.match(name) or not any(map(str.isalpha, name)) else name


def is_personal(name: str) -> bool:
    """Whether a text looks like one person's name: two to five capitalised words, or two to four Han characters."""
    words = name.split()
    if _HAN.fullmatch(name):
        return True
    return 2 <= len(words) <= 5 and all(_WORD.fullmatch(word) for word in words) and not words[0][:1].islower()  # noqa: PLR2004


def is_agency(name: str) -> bool:
    """Whether a name is that of a news agency, however it is spelled."""
    return bool(_AGENCY.fullmatch(squeeze(name)))


def is_department(name: str) -> bool:
    """Whether a name is that of a part of a newsroom: `Guardian staff`, `Redaktion`."""
    return bool(_DEPARTMENT.search(name))


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
    """Commas part names, but not a name from its role, its degrees or its `Jr.`, nor a last name from the first."""
    parts: list[str] = []
    if (reverse := _LAST_FIRST.match(piece.strip())) and not is_agency(reverse[1]) and not is_agency(reverse[2]):
        return [f"{reverse[2]} {reverse[1]}"]
    for part in map(str.strip, piece.split(",")):
        if parts and _SUFFIX.fullmatch(part):
            parts[-1] += f" {part}"
        elif not parts or not (_ROLE.search(part) or _DEGREE.fullmatch(part) or _OF_OUTLET.match(part)):
            parts.append(part)
    return parts
