"""The tag list a reader sees on a page: groups of links, and how surely each belongs to the article."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

from lxml.html import HtmlElement

from newsarchive.extraction.page import Page
from newsarchive.extraction.phrases import alternatives
from newsarchive.extraction.strings import fold, one_line, squeeze
from newsarchive.extraction.tagmarks import LARGE, WORD, is_mark, is_marked, named
from newsarchive.extraction.tagplaces import Places, in_article, is_aside

SURE = 5
LIKELY = 3

_HREF = re.compile(
    rf"(?:^|/)(?:{WORD}|mot|tagged|tagi|konular|etiketler|dossiers?|noticias-de|trefwoord|onderwerp|stichwoerter|tagsuche|"
    r"search/label|mots?-cles?|sujets?|etiquet[ae]s?|etichet[ae]|etiket|assuntos?|stitky|cimkek?|tu-khoa|chu-de|teema|temat|tagovi|oznak[ae]|emner?|amne|avainsana|"
    r"nyckelord|aiheet|aihe|tegi|temy|wiki-?tags?)(?:/|\?|-(?=\w))|[?&](?:tag|keyword|topic)s?=",
    re.IGNORECASE,
)
_LABEL = re.compile(rf"^\W*(?:{alternatives('tag-labels')})\b\W*$", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_PERSON = re.compile(
    r"/(?:aut[eho]+rs?|autor(?:en|es|in)?|auteurs?|persons?|people|profile|by|journalist\w*|staff|contributors?|redaktion)/",
    re.IGNORECASE,
)
_KEYWORDS = frozenset({"keywords", "subject"})
_CARDS = 3
_MOSTLY = 0.7
_TERSE = 35
_MANY = 20
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
    shapes = Counter(named(container) for container in groups)
    places = Places(tree)
    judged = {container: _judged(container, links, shapes, places) for container, links in groups.items()}
    found = _joined({container: t for container, t in judged.items() if t.points >= LIKELY and t.texts})
    return sorted((t for t in found if not _is_part(t, found)), key=lambda t: -t.points)


def marked_up(page: Page) -> list[str]:
    """The texts of the elements that microdata or RDFa call keywords."""
    found = (one_line(e.text_content()) for e, names in page.properties if e.tag != "meta" and names & _KEYWORDS)
    return list(dict.fromkeys(filter(None, found)))


def _joined(judged: Mapping[HtmlElement, TagList]) -> list[TagList]:
    """Lists, those of one name side by side as one: some sites list places, persons and topics apart."""
    rows: dict[object, list[TagList]] = {}
    for container, found in judged.items():
        names, outer = named(container), next(islice(container.iterancestors(), 1, None), None)
        rows.setdefault((names, outer) if is_mark(names) else container, []).append(found)
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
    while parent is not None and parent.tag not in LARGE:
        is_item = parent.tag in {"li", "dd", "button"}
        if not is_item and (len(parent) > 1 or (is_mark(named(parent)) and not _has_twin(parent))):
            break
        parent = parent.getparent()
    return link.getparent() if parent is None or parent.tag in {"body", "html"} else parent


def _has_twin(box: HtmlElement) -> bool:
    """Whether a neighbour carries the same class: then the box is one item of several."""
    return any(
        other is not None and other.get("class") == box.get("class") for other in (box.getnext(), box.getprevious())
    )


def _judged(container: HtmlElement, links: list[HtmlElement], shapes: Counter[str], places: Places) -> TagList:
    if places.elsewhere(links[0]):
        return TagList((), 0)
    chosen, points = _alike(links)
    names = named(container)
    marked = is_marked(container)
    around = [] if marked else list(filter(is_marked, _near(container)))
    if marked or any(map(_holds_one, around)):
        points += 3
    elif around:
        points += 2
    if not points and len(links) > _MANY:
        return TagList((), 0)
    points += _extra(container, links, points)
    texts = _texts(chosen) if points >= LIKELY else ()
    if texts and is_aside(container):
        points = min(points, LIKELY)
    return TagList(texts, points - 2 * (shapes[names] > _CARDS and bool(names)) - (len(texts) > _MANY))


def _holds_one(box: HtmlElement) -> bool:
    """Whether a box holds nothing but one other."""
    return len(box) == 1 and not (box.text or "").strip()


def _extra(container: HtmlElement, links: list[HtmlElement], points: int) -> int:
    """Points for a label before the list, or for links that are named as the pages they lead to."""
    if _labelled(container):
        return 2 if points else LIKELY
    if points < LIKELY and 1 < len(links) <= _MANY and _is_named_alike(links) and _is_list(container, links):
        return 2 + in_article(container)
    return 0


def _texts(links: list[HtmlElement]) -> tuple[str, ...]:
    """The links' texts, unless they are headlines rather than tags."""
    found = [text for link in links if (text := one_line(link.text_content())) and not _LABEL.match(text)]
    texts = tuple(text for text in found if len(text) <= _LONGEST)
    return texts if len(texts) >= _MOSTLY * len(found) and sum(map(len, texts)) <= _TERSE * len(texts) else ()


def _alike(links: list[HtmlElement]) -> tuple[list[HtmlElement], int]:
    """Of links of several kinds those that are marked as tags, and the points for that."""
    href = [link for link in links if _HREF.search(link.get("href") or "")]
    rel = [link for link in links if "tag" in (link.get("rel") or "")]
    marked = [link for link in links if is_mark(_own_marks(link))]
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
    return named(link) + (" " + named(link[0]) if len(link) == 1 else "")


def _near(container: HtmlElement) -> Iterator[HtmlElement]:
    for distance, ancestor in enumerate(container.iterancestors()):
        if distance >= 2 or ancestor.tag in {"body", "article", "main"}:  # noqa: PLR2004 - further boxes hold more than the list
            return
        yield ancestor


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
