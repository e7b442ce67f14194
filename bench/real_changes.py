"""Changes that editors make to an article, made in a page's HTML."""

import html
import json
import random
import re
from dataclasses import replace
from pathlib import Path

from bench.edited_page import TAG, Edit, Page, Pair, differing, everywhere, inserted_at, replaced, squeezed

CORRECTIONS: dict[str, str] = json.loads(Path(__file__).with_name("edits.json").read_text("utf-8"))["corrections"]
_FOR_MACHINES = re.compile(r"<meta\b[^<>]*>|<script\b[^<>]*ld\+json.*?</script>", re.DOTALL)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_FIGURE = re.compile(r"(?<![\d.,:/-])\d{1,4}(?![\d.,:/-])")
_SENTENCE = re.compile(r"(?<=[.!?] )[^.!?<>&]{30,200}[.!?]|(?<=。)[^。<>&]{12,120}。")
_LONG_WORD = re.compile(r"(?<![\w&])[^\W\d_]{6,}(?![\w;])")


def paragraph_added(page: Page, rng: random.Random) -> Pair | None:
    """A paragraph comes after another."""
    return inserted_at(page, rng.choice(page.paragraphs).end, f"<p>{html.escape(page.other, quote=False)}</p>")


def paragraph_appended(page: Page, _: random.Random) -> Pair | None:
    """A paragraph comes after the last."""
    return inserted_at(page, page.paragraphs[-1].end, f"<p>{html.escape(page.other, quote=False)}</p>")


def paragraph_removed(page: Page, rng: random.Random) -> Pair | None:
    """A paragraph goes."""
    if len(page.paragraphs) < 3:  # noqa: PLR2004 - one that goes is then not most of the text
        return None
    gone = rng.choice(page.paragraphs[1:])
    return page.html, page.html[: gone.start] + page.html[gone.end :]


def number_corrected(page: Page, rng: random.Random) -> Pair | None:
    """A figure is another."""
    return replaced(page, rng, _FIGURE, lambda found: str(int(found) + rng.randint(1, 8)))


def word_corrected(page: Page, rng: random.Random) -> Pair | None:
    """A word, such as a name, is another."""
    return replaced(page, rng, _LONG_WORD, lambda found: found[::-1].capitalize())


def sentence_rewritten(page: Page, rng: random.Random) -> Pair | None:
    """A sentence has its parts in another order."""
    return replaced(page, rng, _SENTENCE, _turned)


def sentence_removed(page: Page, rng: random.Random) -> Pair | None:
    """A sentence goes."""
    return replaced(page, rng, _SENTENCE, lambda _: "")


def _turned(sentence: str) -> str:
    body, stop = sentence[:-1], sentence[-1]
    words = body.split() if " " in body.strip() else list(body)
    half = len(words) // 2
    return (" " if " " in body.strip() else "").join([*words[half:], *words[:half]]) + stop


def headline_changed(page: Page, rng: random.Random) -> Pair | None:
    """The headline is another wherever the page has it."""
    if not page.title or not _is_told(page):
        return None
    after = everywhere(page.html, page.title, _retitled(page, rng))
    return (page.html, after) if not _is_told(replace(page, html=after)) else None


def headline_changed_for_readers(page: Page, rng: random.Random) -> Pair | None:
    """The headline is another on a page that tells machines one of its own, which stays."""
    if any(page.title in _told(found[0]) for found in _FOR_MACHINES.finditer(page.html)):
        return None
    return headline_changed(page, rng)


def _told(text: str) -> str:
    """What HTML or a script says, however it spells it."""
    return squeezed(html.unescape(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)).replace("\\", ""))


def _is_told(page: Page) -> bool:
    """Tell whether the page's only h1 is its headline."""
    heads = re.findall(r"<h1\b[^<>]*>(.*?)</h1>", page.html, re.DOTALL)
    return [squeezed(html.unescape(TAG.sub("", head))) for head in heads] == [page.title]


def _retitled(page: Page, rng: random.Random) -> str:
    words = page.title.split()
    if len(words) < 3:  # noqa: PLR2004 - a script without blanks
        place = rng.randrange(len(page.title))
        return page.title[:place] + page.word + page.title[place + 2 :]
    place = rng.randrange(len(words))
    return " ".join([*words[:place], page.word, *words[place + 1 :]])


def standfirst_changed(page: Page, rng: random.Random) -> Pair | None:
    """The standfirst has another sentence wherever the page has it."""
    if not page.description:
        return None
    words = page.description.split()
    place = rng.randrange(len(words))
    new = " ".join([*words[:place], *page.other.split()[:5], *words[place + 2 :]])
    return differing(page.html, everywhere(page.html, page.description, new))


def correction_noted(page: Page, _: random.Random) -> Pair | None:
    """A note at the end says what was wrong before."""
    note = CORRECTIONS.get(page.language)
    return inserted_at(page, page.paragraphs[-1].end, f"<p><em>{note}</em></p>") if note else None


def tag_renamed(page: Page, rng: random.Random) -> Pair | None:
    """A tag is another wherever the page has it as one."""
    if not page.tags:
        return None
    tag = rng.choice(page.tags)
    return differing(page.html, _as_tag(tag).sub(lambda found: f"{found[0]} {page.word}", page.html))


def tag_removed(page: Page, rng: random.Random) -> Pair | None:
    """A tag goes from all lists that the page has."""
    if len(page.tags) < 2:  # noqa: PLR2004 - a list stays
        return None
    tag = rng.choice(page.tags)
    after = _in_list(tag).sub("", page.html)
    return None if _as_tag(tag).search(after) else differing(page.html, after)


def tag_added(page: Page, rng: random.Random) -> Pair | None:
    """A tag is new in all lists that the page has."""
    if not page.tags:
        return None
    tag = rng.choice(page.tags)
    if _as_tag(tag).search(_in_list(tag).sub("", page.html)):
        return None
    after = _in_list(tag).sub(lambda found: found[0] + re.sub(_spelled(tag), page.word, found[0]), page.html)
    return differing(page.html, after)


def _spelled(tag: str) -> str:
    spellings = dict.fromkeys([tag, html.escape(tag), json.dumps(tag)[1:-1], json.dumps(tag, ensure_ascii=False)[1:-1]])
    return f"(?:{'|'.join(re.escape(spelling) for spelling in spellings)})"


def _as_tag(tag: str) -> re.Pattern[str]:
    """A pattern of a tag where it stands alone: in an element, in a script's string, in a list."""
    return re.compile(rf'(?<=[>",#\s]){_spelled(tag)}(?=\s*[<",])')


def _in_list(tag: str) -> re.Pattern[str]:
    """A pattern of a tag with what makes it an item of a list."""
    opened, closed = r"(?:<(?:a|span|strong)\b[^<>]*>\s*)*", r"\s*(?:</(?:a|span|strong)>\s*)*"
    return re.compile(
        rf"<li\b[^<>]*>\s*{opened}#?{_spelled(tag)}{closed}</li>|<a\b[^<>]*>\s*{opened}#?{_spelled(tag)}{closed}</a>"
        rf'|<meta\b[^<>]*"article:tag"[^<>]*"{_spelled(tag)}"[^<>]*>'
        rf'|<meta\b[^<>]*"{_spelled(tag)}"[^<>]*"article:tag"[^<>]*>'
        rf'|,\s*"{_spelled(tag)}"(?=\s*[,\]])|,\s*{_spelled(tag)}(?=\s*[,"])'
    )


REAL: dict[str, Edit] = {
    "paragraph added": paragraph_added,
    "paragraph appended": paragraph_appended,
    "paragraph removed": paragraph_removed,
    "number corrected": number_corrected,
    "word corrected": word_corrected,
    "sentence rewritten": sentence_rewritten,
    "sentence removed": sentence_removed,
    "headline changed": headline_changed,
    "headline changed for readers alone": headline_changed_for_readers,
    "standfirst changed": standfirst_changed,
    "correction noted": correction_noted,
    "tag renamed": tag_renamed,
    "tag removed": tag_removed,
    "tag added": tag_added,
}
