"""The language of an article."""

import re
from collections.abc import Iterator
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate, Choice, Rejected
from newsarchive.extraction.page import Page

_SAMPLE = 500
_SURE = 0.9
_ENOUGH = 150
_TAG = re.compile(r"^([a-z]{2,3})(?:$|[-_])", re.IGNORECASE)
_NEWER = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no", "cn": "zh", "jp": "ja", "mo": "ro", "fil": "tl"}
_NO_LANGUAGE = frozenset({"und", "zxx", "mul"})
_NAMES = {"english": "en", "deutsch": "de", "german": "de", "french": "fr", "spanish": "es", "chinese": "zh"}


def language(page: Page, text: str) -> Choice[str]:
    """Primary language subtag: declared, unless the text is surely in another one; `und` where nothing tells."""
    declared = list(_declared(page))
    detected, certainty = _detect(text)
    best = declared[0] if declared else None
    if detected and (best is None or (certainty >= _SURE and detected != best.value)):
        rejected = tuple(Rejected(c.value, c.source, "the text is in another language") for c in declared)
        return Choice(detected, "detected", rejected)
    if best is None:
        return Choice("und")
    return Choice(best.value, best.source, tuple(Rejected(c.value, c.source, "less trusted") for c in declared[1:]))


def primary(tag: str) -> str:
    """The primary subtag of a language tag as BCP 47 has it now, or nothing."""
    text = tag.strip().casefold()
    match = _TAG.match(_NAMES.get(text, text))
    code = match[1] if match else ""
    return "" if code in _NO_LANGUAGE else _NEWER.get(code, code)


def _declared(page: Page) -> Iterator[Candidate[str]]:
    stated = (
        (page.tree.get("lang") or page.tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "", "html"),
        (jsonld.text(page.article.get("inLanguage")), "json-ld"),
        (page.meta("og:locale"), "meta:og:locale"),
        (page.meta("content-language", "dc.language", "language"), "meta"),
        (page.hints.language, "site"),
    )
    for tag, source in stated:
        if code := primary(tag):
            yield Candidate(code, source)


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _detect(text: str) -> tuple[str, float]:
    """Language of the text and how sure that is; nothing for short texts."""
    middle = len(text) // 3
    sample = text[middle : middle + _SAMPLE] if len(text) > 2 * _SAMPLE else text[:_SAMPLE]
    if len(sample) < (_ENOUGH if sample.isascii() else _ENOUGH // 3):
        return "", 0.0
    code, certainty = _identifier().classify(sample)
    return primary(code), float(certainty)
