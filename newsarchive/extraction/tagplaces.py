"""Whether a box belongs to the article or stands elsewhere on the page: in navigation, trending or related boxes."""

import re
from functools import lru_cache
from itertools import chain

from lxml.html import HtmlElement

from newsarchive.extraction.strings import one_line
from newsarchive.extraction.tagmarks import LARGE, WORD, is_mark, named

_ELSEWHERE = re.compile(
    r"(?<![a-z])(?:nav|navi|navbar|navigation|menu|submenu|footer|trend(?:s|ing)?|sidebar|side|popular|cloud|recommend\w*|teasers?|cards?|"
    r"most-\w+|latest|promo|bread-?crumbs?|newsletter|widgets?|mega|masthead|site-header|drawer|carousel|slider|comments?|"
    r"related(?!-(?:tags|topics|keywords))|listing|feed|archive|search|social|share|teaserlist|breaking|ticker|read-?more|readmore|hot)(?![a-z])"
)
# The foot or head of an article is no other part of the page, nor is a layout that has a place for a sidebar.
_OWN = re.compile(
    r"(?<![a-z])(?:(?:entry|post|article|story|content|single)-{0,2}(?:meta-?(?:data)?-{0,2})?(?:footer|header|meta|nav|bottom|foot)|"
    rf"(?:footer|bottom|header|meta)-{{1,2}}(?:{WORD})(?![a-z])|"
    rf"(?<![a-z])(?:{WORD})-{{1,2}}(?:carousel|slider|widget|listing)|"
    r"(?:has|with|without|no|one|two)-{1,2}side-?bars?|side-?bars?-{1,2}(?:grid|layout))"
)
_ARTICLES_TAGS = re.compile(rf"(?<![a-z])(?:entry|post|article|story|single)-{{0,2}}(?:{WORD})(?![a-z])")
_ARTICLE = frozenset({"post", "article", "hentry", "entry", "story", "content"})
_POST = frozenset({"post", "hentry"})
_FOOT = "footer"


class Places:
    """The boxes of one page, each looked at once."""

    def __init__(self, tree: HtmlElement) -> None:
        self._around = _around_headline(tree)
        self._known: dict[HtmlElement, bool] = {}

    def elsewhere(self, box: HtmlElement) -> bool:
        """Whether a box is no part of the article."""
        path = []
        verdict: bool | None = None
        for place in chain((box,), box.iterancestors()):
            verdict = self._known[place] if place in self._known else self._told(place)
            path.append(place)
            if verdict is not None:
                break
        self._known.update(dict.fromkeys(path, bool(verdict)))
        return bool(verdict)

    def _told(self, box: HtmlElement) -> bool | None:
        """What a box alone tells; nothing where those around it decide."""
        if box.tag in LARGE or box in self._around or _ARTICLE & set((box.get("class") or "").split()):
            return False
        names = f"{named(box)} {(box.get('aria-label') or '').casefold()}".strip() if box.tag == "nav" else named(box)
        if _ARTICLES_TAGS.search(names):
            return False
        if box.tag in {"nav", "footer", "header"} and not (is_mark(names) or _OWN.search(names) or in_article(box)):
            return True
        other = _other(names)
        is_own = (other == _FOOT and _in_post(box)) or (other and _is_inside_tags(box))
        return True if other and not is_own else None


def _is_inside_tags(box: HtmlElement) -> bool:
    """Whether a box is all that one named as tags holds, as in `detail-tag > nav`."""
    outer = box.getparent()
    return outer is not None and len(outer) == 1 and is_mark(named(outer))


def in_article(box: HtmlElement) -> bool:
    """Whether a box stands in the page's article or main element."""
    return any(a.tag in {"article", "main"} for a in box.iterancestors())


def is_aside(box: HtmlElement) -> bool:
    """Whether a box stands in what the page sets aside, outside of its article."""
    around = [a.tag for a in box.iterancestors("aside", "article")]
    return "aside" in around and "article" not in around


def _around_headline(tree: HtmlElement) -> frozenset[HtmlElement]:
    """The boxes that hold the page's only headline: whatever they are called, the article is in them."""
    headlines = [h1 for h1 in tree.iter("h1") if one_line(h1.text_content())]
    return frozenset(headlines[0].iterancestors()) if len(headlines) == 1 else frozenset()


@lru_cache(maxsize=8192)
def _other(names: str) -> str:
    """The word that names another part of the page, a foot only where nothing else does; nothing where none does."""
    found = _ELSEWHERE.findall(_OWN.sub("", names))
    return next((name for name in found if name != _FOOT), found[0] if found else "")


def _in_post(box: HtmlElement) -> bool:
    """Whether a box stands in an article, whose foot is its own."""
    return any(a.tag == "article" or _POST & set((a.get("class") or "").split()) for a in box.iterancestors())
