"""Tables and slides that lay out an article, turned into plain boxes: the text in them is read as running text."""

from collections.abc import Mapping

from lxml.html import HtmlElement

_CELL = 0.3
_LEAST = 200
_SLIDES = 3
_MOST = 0.6
_ROWS = ("table", "tbody", "thead", "tfoot", "tr", "td", "th")
_INLINE = frozenset({
    "a", "abbr", "b", "big", "br", "cite", "code", "del", "em", "font", "i", "img", "ins",
    "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "u", "wbr",
})  # fmt: skip


def unfold(prose: Mapping[HtmlElement, int], total: int) -> None:
    """Turn tables into boxes where one cell holds much of the page's running text: data are not kept like that.

    `prose` gives the characters of running text in each element, `total` those of the page.
    """
    least = max(_CELL * total, _LEAST)
    for cell in [e for e, size in prose.items() if e.tag in {"td", "th"} and size > least]:
        table = next(cell.iterancestors("table"), None)
        if table is not None:
            _unfold(table)


def open_slides(prose: Mapping[HtmlElement, int], total: int) -> None:
    """Turn captions into boxes where they hold most of the running text: a gallery tells its article in them."""
    captions = [e for e in prose if e.tag == "figcaption"]
    if len(captions) < _SLIDES or sum(prose[e] for e in captions) < _MOST * total:
        return
    if (box := next(captions[0].iterancestors("article", "main"), None)) is not None:
        box.set("itemprop", "articleBody")
    for caption in captions:
        caption.attrib.clear()
        caption.tag = "div"
        for figure in caption.iterancestors("figure"):
            figure.attrib.clear()
            figure.tag = "div"


def _unfold(table: HtmlElement) -> None:
    own = [e for e in table.iter(*_ROWS) if e is table or next(e.iterancestors("table"), None) is table]
    for element in own:
        if element.tag in {"td", "th"}:
            _make_paragraphs(element)
        element.tag = "div"


def _make_paragraphs(cell: HtmlElement) -> None:
    """Put each run of text and inline markup of a cell into a paragraph."""
    children = list(cell)
    paragraph = _paragraph(cell, cell.text)
    cell.text = None
    for child in children:
        if child.tag in _INLINE and child.find(".//p") is None:
            paragraph.append(child)
            continue
        paragraph = _paragraph(cell, child.tail, after=child)
        child.tail = None


def _paragraph(cell: HtmlElement, text: str | None, *, after: HtmlElement | None = None) -> HtmlElement:
    paragraph: HtmlElement = cell.makeelement("p")
    paragraph.text = text
    cell.insert(0 if after is None else cell.index(after) + 1, paragraph)
    return paragraph
