"""Which news agencies an article credits: in its byline, its dateline or the line that closes it."""

import re
import unicodedata
from collections.abc import Iterable

from newsarchive.article import Article

# Agency: the names it is credited under. Those in capitals count in capitals only.
_NAMES = {
    "AFP": ("AFP", "Agence France-Presse", "Agence France Presse", "法新社", "أ ف ب", "ا ف ب", "АФП", "เอเอฟพี"),
    "Reuters": ("Reuters", "Thomson Reuters", "路透社", "路透", "ロイター", "رويترز", "Рейтер", "รอยเตอร์"),
    "AP": ("AP", "Associated Press", "The Associated Press", "美联社", "أ ب", "เอพี"),
    "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur"),
    "EFE": ("EFE", "Agencia EFE", "Efe"),
    "ANSA": ("ANSA", "Agenzia ANSA"),
    "TASS": ("TASS", "ТАСС", "塔斯社"),
    "Xinhua": ("Xinhua", "新华社", "新華社", "新华网"),
    "Kyodo": ("Kyodo", "Kyodo News", "共同", "共同通信"),
    "Jiji": ("Jiji", "Jiji Press", "時事", "時事通信"),
    "Yonhap": ("Yonhap", "연합뉴스"),
    "PTI": ("PTI", "Press Trust of India"),
    "ANI": ("ANI",),
    "APA": ("APA",),
    "SDA": ("SDA", "Keystone-SDA"),
    "PA": ("PA Media", "Press Association"),
    "Interfax": ("Interfax", "Интерфакс"),
    "RIA Novosti": ("RIA Novosti", "РИА Новости"),
    "Anadolu": ("Anadolu Agency", "AA", "Anadolu Ajansı"),
    "Europa Press": ("Europa Press",),
    "Lusa": ("Lusa",),
    "Belga": ("Belga",),
    "ANP": ("ANP",),
    "TT": ("TT",),
    "NTB": ("NTB",),
    "Ritzau": ("Ritzau",),
    "PAP": ("PAP",),
    "ČTK": ("ČTK", "CTK"),
    "MTI": ("MTI",),
    "UPI": ("UPI", "United Press International"),
    "SID": ("SID",),
}
_BY_NAME = {name: agency for agency, names in _NAMES.items() for name in names}
_ANY = "|".join(re.escape(name) for name in sorted(_BY_NAME, key=len, reverse=True))
_LIST = rf"(?:{_ANY})(?:\s*[/,&+]\s*(?:{_ANY}))*"
_DATELINE = re.compile(
    rf"^[^()（【\n]{{0,60}}[(（【](?:[^()\n]{{0,20}}[=＝])?\s*({_LIST})\s*[)）】]"
    rf"|^[^()\n]{{0,60}}/\s*({_LIST})\s*/|^[^.。\n]{{0,60}}[-–—,]\s*({_LIST})\s*[-–—:]"
    rf"|^(新华社|新華社|塔斯社|法新社|路透社|美联社)[^。\n]{{0,20}}电"
)
_CLOSING = re.compile(
    rf"(?:[(（【\[]\s*|^(?:source|quelle|fuente|fonte|via|with|avec|mit|con|©|来源|來源)\s*[:：]?\s*|^)({_LIST})\s*[)）】\]]?\s*\.?$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*[/,&+]\s*")
_HEAD, _TAIL = 160, 120


def agencies(article: Article) -> tuple[str, ...]:
    """Return the agencies that an article credits, each once, in the order of byline, dateline, closing line."""
    found = [*_in_byline(article.authors), *_in_dateline(article.text), *_in_closing(article.text)]
    return tuple(dict.fromkeys(found))


def is_agency(name: str) -> bool:
    """Tell whether a name, as bylines write it, is that of a news agency."""
    return name in _BY_NAME


def _in_byline(authors: Iterable[str]) -> list[str]:
    parts = (part for author in authors for part in _SEPARATOR.split(author.strip(" ()")))
    return [_BY_NAME[part] for part in parts if part in _BY_NAME]


def _in_dateline(text: str) -> list[str]:
    return _matched(_DATELINE, unicodedata.normalize("NFC", text[: 2 * _HEAD])[:_HEAD])


def _in_closing(text: str) -> list[str]:
    last = text.rstrip().rpartition("\n")[2]
    return _matched(_CLOSING, unicodedata.normalize("NFC", last[-2 * _TAIL :])[-_TAIL:])


def _matched(pattern: re.Pattern[str], text: str) -> list[str]:
    match = pattern.search(text)
    if match is None:
        return []
    names = next(group for group in match.groups() if group)
    return [_BY_NAME[name] for name in _SEPARATOR.split(names) if name in _BY_NAME]
