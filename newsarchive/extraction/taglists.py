"""The tag list a reader sees on a page: groups of links, and how surely each belongs to the article."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote

from lxml.html import HtmlElement

from newsarchive.extraction.phrases import alternatives
from newsarchive.extraction.strings import fold, marks, one_line, squeeze

SURE = 5
LIKELY = 3

_WORD = (
    r"(?:hash)?tags?|tag-?(?:list|group|cloud|links?)|topics?|key-?words?|schlag-?w(?:ort|orte|oerter)|stich-?w(?:ort|orte|oerter)|themen|thema|"
    r"temas?|sujets?|mots?-cles?|etiquetas?|assuntos|emneord|emner|amnen|argomenti|labels"
)
_MARK = re.compile(rf"(?<![a-z])(?:{_WORD})(?![a-z])")
_HREF = re.compile(
    rf"(?:^|/)(?:{_WORD}|mot|tagged|tagi|konular|etiketler|dossiers?|noticias-de|trefwoord|onderwerp|stichwoerter|tagsuche|"
    r"search/label|mot-cle|nyckelord|aiheet|aihe|tegi|temy|wiki-?tags?)(?:/|\?|-(?=\w))|[?&](?:tag|keyword|topic)s?=",
    re.IGNORECASE,
)
_LABEL = re.compile(rf"^\W*(?:{alternatives('tag-labels')})\b\W*$", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"(?<![a-z])(?:nav|navi|navbar|navigation|menu|submenu|footer|trend(?:s|ing)?|sidebar|side|popular|cloud|recommend\w*|teasers?|cards?|"
    r"most-\w+|latest|promo|bread-?crumbs?|newsletter|widgets?|mega|masthead|site-header|drawer|carousel|slider|comments?|"
    r"related(?!-(?:tags|topics|keywords))|listing|feed|archive|search|social|share|teaserlist|breaking|ticker|read-?more|readmore|hot)(?![a-z])"
)
# The foot or head of an article is no other part of the page, nor is a layout that has a place for a sidebar.
_OWN = re.compile(
    r"(?<![a-z])(?:(?:entry|post|article|story|content|single)-{0,2}(?:meta-?(?:data)?-{0,2})?(?:footer|header|meta|nav|bottom|foot)|"
    rf"(?:footer|bottom|header|meta)-{{1,2}}(?:{_WORD})(?![a-z])|"
    r"(?:has|with|without|no|one|two)-{1,2}side-?bars?|side-?bars?-{1,2}(?:grid|layout))"
)
_ARTICLES_TAGS = re.compile(rf"(?<![a-z])(?:entry|post|article|story|single)-{{0,2}}(?:{_WORD})(?![a-z])")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_PERSON = re.compile(
    r"/(?:aut[eho]+rs?|autor(?:en|es|in)?|auteurs?|persons?|people|profile|by|journalist\w*|staff|contributors?|redaktion)/",
    re.IGNORECASE,
)
_CARDS = 3
_NAME = 30
_PLAIN = re.compile(r"^[\w -]*$")
_MOSTLY = 0.7
_TERSE = 35
_MANY = 20
_ARTICLE = frozenset({"post", "article", "hentry", "entry", "story", "content"})
_POST = frozenset({"post", "hentry"})
_LARGE = frozenset({"article", "main", "body", "html"})
_LONGEST = 70
_MOST_LINKS = 80


@dataclass(frozen=True, slots=True)
class TagList:
    """Texts of one group of links, and the points that speak for its being the article's tags."""

    texts: tuple[str, ...]
    points: int


def tag_lists(tree: HtmlElement) -> list[TagList]:
    """Likely tag lists, the surest first, of equals the first on the page."""
    groups = {container: items for container, items in _grouped(tree).items() if len(items) <= _MOST_LINKS}
    shapes = Counter(_marks(container) for container in groups)
    around = _around_headline(tree)
    judged = {container: _judged(container, links, shapes, around) for container, links in groups.items()}
    found = [t for t in _joined(judged) if t.points >= LIKELY and t.texts]
    return sorted((t for t in found if not _is_part(t, found)), key=lambda t: -t.points)


def _around_headline(tree: HtmlElement) -> frozenset[HtmlElement]:
    """The boxes that hold the page's only headline: whatever they are called, the article is in them."""
    headlines = [h1 for h1 in tree.iter("h1") if one_line(h1.text_content())]
    return frozenset(headlines[0].iterancestors()) if len(headlines) == 1 else frozenset()


def _joined(judged: Mapping[HtmlElement, TagList]) -> list[TagList]:
    """Lists, those of one name side by side as one: some sites list places, persons and topics apart."""
    rows: dict[object, list[TagList]] = {}
    for container, found in judged.items():
        names, outer = _marks(container), next(islice(container.iterancestors(), 1, None), None)
        rows.setdefault((names, outer) if _is_mark(names) else container, []).append(found)
    return [_in_one(row) if len(row) <= _CARDS else row[0] for row in rows.values()]


def _in_one(row: list[TagList]) -> TagList:
    return TagList(tuple(text for found in row for text in found.texts), max(found.points for found in row))


def _is_part(one: TagList, found: list[TagList]) -> bool:
    """Whether another list, no less sure, holds all of this one and more."""
    return any(other.points >= one.points and set(one.texts) < set(other.texts) for other in found)


def _grouped(tree: HtmlElement) -> dict[HtmlElement, list[HtmlElement]]:
    """Links by the element that holds them as its items."""
    groups: dict[HtmlElement, list[HtmlElement]] = {}
    for link in tree.iter("a", "button"):
        if link.tag == "button" and "tag" not in (link.get("class") or ""):
            continue
        if (link.get("href") or "").startswith("#") or (container := _container(link)) is None:
            continue
        groups.setdefault(container, []).append(link)
    return groups


def _container(link: HtmlElement) -> HtmlElement | None:
    parent = link.getparent()
    while parent is not None and parent.tag not in _LARGE:
        is_item = parent.tag in {"li", "dd", "button"}
        if not is_item and (len(parent) > 1 or (_is_mark(_marks(parent)) and not _has_twin(parent))):
            break
        parent = parent.getparent()
    return link.getparent() if parent is None or parent.tag in {"body", "html"} else parent


def _has_twin(box: HtmlElement) -> bool:
    """Whether a neighbour carries the same class: then the box is one item of several."""
    return any(
        other is not None and other.get("class") == box.get("class") for other in (box.getnext(), box.getprevious())
    )


def _judged(
    container: HtmlElement, links: list[HtmlElement], shapes: Counter[str], around: frozenset[HtmlElement]
) -> TagList:
    chosen, points = _alike(links)
    names = _marks(container)
    if _is_marked(container):
        points += 3
    elif any(map(_is_marked, _near(container))):
        points += 2
    if (not points and len(links) > _MANY) or _is_elsewhere(links[0], around):
        return TagList((), 0)
    points += _extra(container, links, points)
    texts = _texts(chosen) if points >= LIKELY else ()
    return TagList(texts, points - 2 * (shapes[names] > _CARDS and bool(names)) - (len(texts) > _MANY))


def _extra(container: HtmlElement, links: list[HtmlElement], points: int) -> int:
    """Points for a label before the list, or for links that are named as the pages they lead to."""
    if _labelled(container):
        return 2 if points else LIKELY
    if points < LIKELY and 1 < len(links) <= _MANY and _is_named_alike(links) and _is_list(container, links):
        return 2 + _in_article(container)
    return 0


def _texts(links: list[HtmlElement]) -> tuple[str, ...]:
    """The links' texts, unless they are headlines rather than tags."""
    found = [one_line(link.text_content()) for link in links]
    texts = tuple(text for text in found if text and len(text) <= _LONGEST and not _LABEL.match(text))
    named = sum(bool(text) for text in found)
    return texts if len(texts) >= _MOSTLY * named and sum(map(len, texts)) <= _TERSE * len(texts) else ()


def _alike(links: list[HtmlElement]) -> tuple[list[HtmlElement], int]:
    """Of links of several kinds those that are marked as tags, and the points for that."""
    href = [link for link in links if _HREF.search(link.get("href") or "")]
    rel = [link for link in links if "tag" in (link.get("rel") or "")]
    marked = [link for link in links if _is_mark(_own_marks(link))]
    chosen = href or rel or marked or links
    most = max(1, len(chosen) // 2)
    of = set(chosen)
    sums = [len(of.intersection(kind)) >= most for kind in (rel, href, marked)]
    return chosen, 3 * sums[0] + 2 * sums[1] + 2 * sums[2]


def _is_named_alike(links: list[HtmlElement]) -> bool:
    """Whether each link goes to a page of the name it shows, as `Julia Klöckner` to `/politik/julia-kloeckner/`."""
    return all(_slug(link) and not _PERSON.search(link.get("href") or "") for link in links)


def _is_list(container: HtmlElement, links: list[HtmlElement]) -> bool:
    """Whether hardly any text stands beside the links."""
    beside = len(one_line(container.text_content())) - sum(len(one_line(link.text_content())) for link in links)
    return beside <= 10 + 3 * len(links)  # room for a label and for commas


def _slug(link: HtmlElement) -> bool:
    end = unquote((link.get("href") or "").split("?")[0]).rstrip("/").rsplit("/", 1)[-1].casefold()
    text = one_line(link.text_content()).casefold()
    if len(end) < len(text) - 3 or not text:
        return False
    flat = squeeze(end)
    return any(name in flat for form in (text, text.translate(_UMLAUTS), fold(text)) if (name := squeeze(form)))


def _own_marks(link: HtmlElement) -> str:
    return _marks(link) + (" " + _marks(link[0]) if len(link) == 1 else "")


def _near(container: HtmlElement) -> Iterator[HtmlElement]:
    for distance, ancestor in enumerate(container.iterancestors()):
        if distance >= 2 or ancestor.tag in {"body", "article", "main"}:  # noqa: PLR2004 - further boxes hold more than the list
            return
        yield ancestor


def _marks(element: HtmlElement) -> str:
    """The names an element carries; an article's say too much."""
    return "" if element.tag in _LARGE else marks(element)


def _is_marked(element: HtmlElement) -> bool:
    """Whether an element is named as tags, by its class and id or by what its data attributes say."""
    return _is_mark(_marks(element)) or (element.tag not in _LARGE and any(map(_is_mark, _data(element))))


def _data(element: HtmlElement) -> Iterator[str]:
    """What the data attributes of an element say of it: their values where these are short words."""
    for name, value in element.attrib.items():
        if name.startswith("data-") and len(value) <= _NAME and _PLAIN.match(value):
            yield f"{name[5:]} {value}".casefold().replace("_", "-")


@lru_cache(maxsize=8192)
def _is_mark(names: str) -> bool:
    return bool(_MARK.search(names))


def _labelled(container: HtmlElement) -> bool:
    """Whether words such as "Tags:" stand before the list, in it or beside it."""
    before = [container.text or ""]
    if len(container):
        before.append(_brief(container[0]))
    for box in (container, container.getparent()):
        previous = box.getprevious() if box is not None else None
        if previous is not None:
            before.append(_brief(previous))
    return any(_LABEL.match(text) for text in before if text.strip())


def _brief(element: HtmlElement) -> str:
    """The text of an element that holds no more than a label."""
    texts = list(islice((text for text in element.itertext() if text.strip()), 2))
    return texts[0].strip() if len(texts) == 1 else ""


def _is_elsewhere(container: HtmlElement, around: frozenset[HtmlElement]) -> bool:
    for box in (container, *container.iterancestors()):
        if box.tag in _LARGE or box in around or _ARTICLE & set((box.get("class") or "").split()):
            return False
        names = _marks(box)
        if _ARTICLES_TAGS.search(names):
            return False
        if box.tag in {"nav", "footer", "header"} and not (_is_mark(names) or _OWN.search(names) or _in_article(box)):
            return True
        if _is_other(names, within=_in_post(box)):
            return True
    return False


@lru_cache(maxsize=8192)
def _is_other(names: str, *, within: bool) -> bool:
    found = _ELSEWHERE.findall(_OWN.sub("", names))
    return any(name != "footer" for name in found) if within else bool(found)


def _in_post(box: HtmlElement) -> bool:
    """Whether a box stands in an article, whose foot is its own."""
    return any(a.tag == "article" or _POST & set((a.get("class") or "").split()) for a in box.iterancestors())


def _in_article(box: HtmlElement) -> bool:
    return any(a.tag in {"article", "main"} for a in box.iterancestors())
