"""Whether a part of a page is of the article itself, or of comments, other articles or the site around it."""

import re
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from newsarchive.extraction.strings import marks

Boxes = frozenset[HtmlElement]

_ELSEWHERE = re.compile(
    r"(?<![a-z])(?:comments?|commentlist|related|sidebar|footer|recommend\w*|teasers?|widget|promo|most|popular|more-\w+|latest|archive|nav|"
    r"menu|carousel|(?<!h-)cards?|trending|newsletter)(?![a-z])",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"(?<![a-z])(?:entry|post|article|story|content|single)-{0,2}_*(?:footer|header|meta|nav|bottom|foot|card|widget)",
    re.IGNORECASE,
)
_FOOT = "footer"
_POST = frozenset({"article", "post", "hentry", "entry", "story"})
_FEW = 8


def around(tree: HtmlElement) -> Boxes:
    """The boxes that hold one of the page's first headlines, and the one that follows the only headline."""
    headings = list(islice(tree.iter("h1"), _FEW))
    following = [headings[0].getnext()] if len(headings) == 1 else []
    boxes = [box for h1 in headings for box in h1.iterancestors()]
    return frozenset([*boxes, *(box for box in following if box is not None)])


def is_elsewhere(element: HtmlElement, boxes: Boxes) -> bool:
    """Whether an element stands in a box that is not of the article; `boxes` are those that hold a headline."""
    for depth, box in enumerate((element, *element.iterancestors())):
        if depth > 3 or box.tag in {"body", "main"}:  # noqa: PLR2004 - further boxes hold the whole page
            return False
        names = marks(box)
        if "comment" in names:
            return True
        if box.tag == "article":
            return False
        if box.tag == "nav" or (_is_other(names) and box not in boxes and not (_FOOT in names and _in_article(box))):
            return True
    return False


def _in_article(box: HtmlElement) -> bool:
    """Whether a box stands in an article, whose foot is its own."""
    return any(
        outer.tag == "article" or _POST & set((outer.get("class") or "").split())
        for outer in islice(box.iterancestors(), 3)
    )


@lru_cache(maxsize=8192)
def _is_other(names: str) -> bool:
    return bool(_ELSEWHERE.search(_OWN.sub("", names)))
