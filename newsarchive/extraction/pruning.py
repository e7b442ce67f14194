"""Parts of a page that are not its article, taken off the tree before the body is read."""

import re
from collections import Counter
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.extraction.strings import marks

_SILENT = ("script", "style", "template", "svg", "iframe", "select", "button", "object", "canvas", "dialog")
_BOXES = (
    "div", "section", "aside", "ul", "ol", "p", "span", "figure", "figcaption", "footer", "nav", "form", "a", "h2", "h3", "h4", "h5",
    "h6", "li", "blockquote", "table", "details", "header", "small", "em", "strong", "article", "dl",
)  # fmt: skip
_OTHER = re.compile(
    r"(?<![a-z])(?:"
    r"newsletters?|nl-(?:box|signup)|subscri(?:be|ption)(?:-\w+)*|sign-?up(?:-\w+)*|mailing-?list|"
    r"related(?!-?(?:entity))(?:-?\w+)*|recommend\w*|recirc\w*|read-?(?:more|also|next|on)(?:-\w+)*|lire-aussi|mehr-zum|see-also|more-(?:on|from|news|stories|articles|in)|"
    r"also-read|further-reading|you-may-(?:also-)?like|up-?next|next-(?:up|article|story|post)|prev(?:ious)?-(?:article|story|post)|"
    r"most-(?:read|popular|viewed|shared)|popular(?:-\w+)?|trending|latest(?:-\w+)?|teasers?(?:-(?:list|box|grid|group|container|wrapper))?|"
    r"promos?|promo-?box|self-promo|cross-?promo|interstitial|inline-(?:promo|related|links|newsletter|ad)|"
    r"ad|ads|adv|advert(?:s|isement|ising|orial)?|ad-?(?:slot|unit|box|container|wrapper|banner|label|block|placeholder)|publicite|publicidad|anzeige|werbung|reklame?|"
    r"sponsor(?:ed)?(?:-\w+)*|outbrain|taboola|"
    r"share|shares|sharing|share-?(?:bar|box|buttons?|links?|tools?)|social(?:-?(?:media|share|sharing|links?|bar|icons?|buttons?|follow))?|sns|"
    r"comments?|comment-?(?:s|list|form|area|section|count|box)|disqus(?:-\w+)?|respond|"
    r"author-?(?:bio|box|info|card|about|description|details|desc)|about-?(?:the-)?authors?|bio|biography|vcard|byline(?:s|-\w+)*|"
    r"captions?|img-?caption|wp-caption(?:-text)?|image-?(?:caption|credit)|photo-?(?:caption|credit)|credits?|copyright|legende|bildunterschrift|bu|"
    r"tags|tag-?(?:list|cloud|s)|topics?-?list|breadcrumbs?|piano-\w+|"
    r"audio-?player|podcast-?(?:player|promo|box)|listen|read-aloud|toc|table-of-contents|jump-?links|"
    r"cookie(?:s|-\w+)*|consent(?:-\w+)*|donat(?:e|ion)(?:-\w+)*|app-?(?:download|promo|banner)|download-?app|whatsapp-\w+|follow(?:-\w+)*|"
    r"poll|quiz|no-?print|print-?(?:hidden|none)|visually-?hidden|sr-only|screen-?reader(?:-text)?|skip-?link|"
    r"toolbar|tool-?box|correction-?box|feedback(?:-\w+)?|rating|post-?nav(?:igation)?|pagination|pager|widget-?area|sidebar|"
    r"disclaimer|boilerplate|footnote-ad|article-?(?:tags|share|tools|footer|meta|topics|info)|entry-?(?:meta|footer|utility)|post-?(?:meta|footer|tags|info)"
    r")(?![a-z])"
)
# What belongs to the article in spite of its name.
_BODY = re.compile(r"(?<![a-z])(?:article-?(?:body|content|text)|story-?(?:body|content)|entry-?content|post-?(?:body|content)|body-?(?:text|copy|content)|content-?body|main-content)(?![a-z])")
# Parts of names that either of us takes for another part of the page.
_MISLEADING = re.compile(
    r"shar|social|viral|news-?letter|syndication|cookie|tags|topic|side-?bar|banner|bread-?crumb|button|author|foot|nav|menu|elated|premium|bar|"
    r"widget|embed|consent|permission|next|stories|popular|more|meta|rating|attachment|slide|viewport|overlay|options|expand|obfuscated|blurred|"
    r"hid|noprint|print|teaser|message|comment|subscri|sign|recommend|recirc|read|lire|mehr|trend|latest|promo|interstitial|(?<![a-z])ads?(?![a-z])|adv|"
    r"publicit|publicidad|anzeige|werbung|reklam|sponsor|outbrain|taboola|sns|disqus|respond|bio|vcard|byline|caption|credit|copyright|legende|"
    r"bildunter|bu(?![a-z])|wall|piano|audio|podcast|listen|aloud|toc|jump|donat|download|whatsapp|follow|poll|quiz|sr-only|screen|skip|tool|"
    r"correction|feedback|paginat|pager|disclaimer|boilerplate|mailing|entry-?(?:meta|footer|utility)|post-?(?:meta|footer|tags|info|nav)|article-?(?:tags|share|tools|footer|meta|topics|info)|also|further|like|prev|hide|info|time-?stamp",
    re.IGNORECASE,
)
_LINKS = 30
_LONE_LINK = 15
_WHOLLY = 0.9
_MOSTLY = 0.6
_MOST = 0.4
_SHARE = 0.12
_LONG_TEXTS = etree.XPath("//text()[string-length(.) > 50][not(parent::a)]")


def prune(tree: HtmlElement) -> int:
    """Take off everything that is named as another part of the page, unless so named parts hold much of its prose.

    Returns the characters of prose that are left at most.
    A misleading name of a part that holds most of the prose is taken off instead, so that nobody else falls for it.
    """
    etree.strip_elements(tree, *_SILENT, with_tail=False)
    prose = _prose(tree)
    total = prose.get(tree, 0)
    sums: Counter[str] = Counter()
    for element, size in prose.items():
        sums[marks(element)] += size
    for element in [e for e in prose if sums[marks(e)] > _MOST * total and _is_misleading(marks(e))]:
        _unname(element)
    for element in [e for e in tree.iter(*_BOXES) if _is_other(marks(e)) and sums[marks(e)] <= _SHARE * total]:
        drop(element)
    _prune_links(tree)
    return total


def _prune_links(tree: HtmlElement) -> None:
    """Take off paragraphs that are one link, and lists of nothing but links: both lead to other articles."""
    for element in list(tree.iter("p", "ul", "ol")):
        links = [a for a in element.iter("a")]
        if not links or len(links) > _LINKS:
            continue
        total = len("".join(element.itertext()).strip())
        linked = sum(len("".join(a.itertext()).strip()) for a in links)
        if _LONE_LINK < total and linked >= (_WHOLLY if element.tag == "p" else _MOSTLY) * total:
            drop(element)


def _unname(element: HtmlElement) -> None:
    for attribute in ("class", "id", "style", "aria-hidden"):
        element.attrib.pop(attribute, None)


def _prose(tree: HtmlElement) -> dict[HtmlElement, int]:
    """Characters of running text in each element that holds any."""
    found: dict[HtmlElement, int] = {}
    for text in _LONG_TEXTS(tree):
        parent = text.getparent()
        element = parent.getparent() if text.is_tail else parent
        for box in (element, *element.iterancestors()):
            found[box] = found.get(box, 0) + len(text)
    return found


def drop(element: HtmlElement) -> None:
    """Take an element off its tree; the text after it stays."""
    if element.getparent() is not None:
        element.drop_tree()


@lru_cache(maxsize=8192)
def _is_misleading(names: str) -> bool:
    return bool(names) and bool(_MISLEADING.search(names))


@lru_cache(maxsize=8192)
def _is_other(names: str) -> bool:
    return bool(_OTHER.search(names)) and not _BODY.search(names)
