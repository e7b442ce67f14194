"""The byline a reader sees on a page."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.extraction.names import is_personal
from newsarchive.extraction.page import Page
from newsarchive.extraction.strings import marks, one_line, plain

_MARK = re.compile(
    r"(?:author|byline|by-line|auteur|autor(?:en|es|in)?\b|autore|writer|journalist|contributor|reporter|zuozhe|editor-name|"
    r"redakteur|credit-name|posted-by|written-by|signature|firma\b|skribent|toimittaja|yazar|muhabir)",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:bio|box|image|img|photo|avatar|pic|social|date|time|role|job|info|desc|follow|twitter|mail|title|more|about|count|"
    r"publisher|authority|authoriz|comment)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"(?<![a-z])(?:comments?|commentlist|related|sidebar|footer|recommend\w*|teasers?|widget|promo|most|popular|more-\w+|latest|archive|nav|"
    r"menu|carousel|(?<!h-)cards?|trending|newsletter)(?![a-z])",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"(?<![a-z])(?:entry|post|article|story|content|single)-{0,2}_*(?:footer|header|meta|nav|bottom|foot|card|widget)",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|i|in)?|auteurs?|auteur-\w+|journalists?|journalistes?|reporters?|contributors?|columnists?|writers?|staff|"
    r"redakteure?|redaktion/autoren|korrespondenten?|firmas?|skribent|yazar\w*|by|people|person|profiles?|profil|team)/[^/?]{3,}",
    re.IGNORECASE,
)
_NAME = r"(?:[^\W\d_a-z][\w.'’-]*|de|da|di|del|della|van|von|der|den|la|le|el|al|bin|ben|und|and|et|y|e|&)"  # noqa: RUF001 - other scripts have signs of their own
_BY = re.compile(
    rf"^(?i:by|von|par|por|texte? (?:par|by|von)|propos recueillis par|written by|story by|от|"
    rf"автор)\s*:?\s+({_NAME}(?:[ ,]+{_NAME}){{1,9}})"
)
_BEGIN = re.compile(r"\s*(?:by|von|par|por|text|propos|written|story|от|автор)\b", re.IGNORECASE)
_HAN_NAMES = (
    r"\s*([\u4e00-\u9fff·]{2,4}?(?:[、 　][\u4e00-\u9fff]{2,3}){0,3}?)"
    r"(?=[\s　<>()（）】〕\]|/，。,:：;；\d]|文|摄|发自|报道|素材|$)"  # noqa: RUF001 - other scripts have signs of their own
)
# A colon is asked for where the word also stands in running text; an editor is named where no author is.
_HAN = tuple(
    re.compile(lead + _HAN_NAMES)
    for lead in (r"(?:作\s*者|撰\s*文|記\s*者|记\s*者)\s*[:：]", r"记者", r"文\s*[/／]", r"编\s*辑\s*[:：]")  # noqa: RUF001 - other scripts have signs of their own
)
_SURNAMES = frozenset(
    "王李张张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖"
    "邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文格倪严牛温芦季俞章鲁葛伍申尤毕聂焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边張陳楊趙黃吳孫馬羅鄭謝韓馮鄧許呂蘇盧蔣賈葉閻鍾陸"
)
# Elements whose text a reader sees: no scripts or styles.
_SPOKEN = (
    "a",
    "span",
    "div",
    "p",
    "address",
    "li",
    "strong",
    "cite",
    "h3",
    "h4",
    "h5",
    "em",
    "b",
    "i",
    "td",
    "section",
    "ul",
    "br",
    "time",
    "small",
    "u",
    "font",
)
_MICRODATA = etree.XPath("//*[contains(@itemprop, 'author')]")
_LARGE = frozenset({"body", "article", "main"})
_LONGEST = 140
_FEW = 8


def linked(page: Page) -> list[str]:
    """Texts of the links to the authors' own pages: the first, and those that stand beside it."""
    found = [a for a in page.tree.iter("a") if _is_author_link(a) and not _is_elsewhere(a)]
    return [text for a in _beside_first(found) if (text := plain(a.text_content()))]


def marked(page: Page) -> Iterator[str]:
    """Texts of elements whose names say that they hold an author, the innermost of each."""
    for element, names in page.named:
        if _is_mark(names) and not _is_elsewhere(element):
            text = _innermost(element)
            if text and len(text) <= _LONGEST:
                yield text


def microdata(page: Page) -> list[str]:
    """Texts of the elements with `itemprop=author`, or of the name in each."""
    found = []
    for element in _beside_first([e for e in _MICRODATA(page.tree) if not _is_elsewhere(e)]):
        named = next((e for e in element.iter() if (e.get("itemprop") or "") == "name"), element)
        found.append(plain(named.get("content") or named.text_content()))
    return [text for text in found if text and len(text) <= _LONGEST]


def spoken(page: Page) -> list[str]:
    """A short line that begins with "By" or its like, or a Chinese byline."""
    for element in page.tree.iter(
        "p", "div", "span", "strong", "em", "b", "i", "h3", "h4", "h5", "h6", "li", "td", "small", "font"
    ):
        if len(element) > 4 or not _BEGIN.match(_head(element)) or _is_elsewhere(element):  # noqa: PLR2004 - a byline is small
            continue
        text = one_line(element.text_content())
        if 4 < len(text) <= _LONGEST and (match := _BY.match(text)) and len(text) < len(match[0]) + 60:  # noqa: PLR2004
            return [match[1]]
    return _han(page.tree)


def _beside_first(found: list[HtmlElement]) -> list[HtmlElement]:
    """The first element and those of the next few that stand in the same box."""
    if not found:
        return []
    box = _box(found[0])
    return [element for element in found[:_FEW] if _box(element) is box]


@lru_cache(maxsize=8192)
def _is_mark(names: str) -> bool:
    return bool(_MARK.search(names)) and not _PART.search(names)


def _head(element: HtmlElement) -> str:
    """The first text in an element or in its first child."""
    return (element.text or "").strip() or (element[0].text or "" if len(element) else "")


def _han(tree: HtmlElement) -> list[str]:
    if not any("\u4e00" <= c <= "\u9fff" for c in tree.findtext(".//title") or ""):
        return []
    text = one_line(tree.text_content())
    found = (match[1] for pattern in _HAN for match in pattern.finditer(text) if match[1][0] in _SURNAMES)
    return [next(found, "")]


def _is_author_link(link: HtmlElement) -> bool:
    if "author" in (link.get("rel") or "").casefold().split():
        return True
    return bool(_PAGE.search(link.get("href") or "")) and is_personal(one_line(link.text_content()))


def _box(link: HtmlElement) -> HtmlElement | None:
    """The element that holds the whole byline: up to three levels above a link."""
    box = link.getparent()
    for _ in range(2):
        outer = box.getparent() if box is not None else None
        if outer is None or outer.tag in _LARGE:
            break
        box = outer
    return box


def _innermost(element: HtmlElement) -> str:
    """The text of the links or names in a byline, else all of it."""
    links = [text for a in element.iter("a") if _is_author_link(a) and (text := plain(a.text_content()))]
    if links:
        return ", ".join(dict.fromkeys(links[:_FEW]))
    inner = [
        e for e in element.iter() if e is not element and re.search(r"name|(?<![a-z])fn(?![a-z])", e.get("class") or "")
    ]
    texts = [text for e in inner[:_FEW] if (text := plain(e.text_content()))]
    return texts[0] if texts else plain(" ".join(element.itertext(*_SPOKEN)))


def _is_elsewhere(element: HtmlElement) -> bool:
    for depth, box in enumerate((element, *element.iterancestors())):
        if depth > 3 or box.tag in {"body", "main"}:  # noqa: PLR2004 - further boxes hold the whole page
            return False
        names = marks(box)
        if "comment" in names:
            return True
        if box.tag == "article":
            return False
        if box.tag == "nav" or _is_other(names):
            return True
    return False


@lru_cache(maxsize=8192)
def _is_other(names: str) -> bool:
    return bool(_ELSEWHERE.search(_OWN.sub("", names)))
