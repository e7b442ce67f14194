"""Texts to copy: articles of random words, and what makes a wire copy of one."""

import random
from typing import Any

from newsarchive.article import Article
from tests.conftest import article

_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split()  # noqa: SIM905 - a list of syllables


def text(seed: int, words: int = 220) -> str:
    """Return a text of invented words, the same for the same seed; no two seeds share more than chance has it."""
    rng = random.Random(seed)  # noqa: S311 - texts, repeatable
    made = ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(words)]
    for place in rng.sample(range(words), words // 12):
        made[place] = str(rng.randint(10, 9999))
    return ". ".join(" ".join(made[i : i + 11]).capitalize() for i in range(0, words, 11)) + "."


def copied(body: str, number: int) -> str:
    """Return a wire copy: another dateline, a local sentence, the end cut; `number` makes copies differ."""
    sentences = body.split(". ")
    sentences.insert(number % 5 + 1, f"The council of parish {number} debates it on Monday")
    return f"PARISH {number} (AFP) - " + ". ".join(sentences[: len(sentences) - number % 4 - 1])


def wire(number: int, seed: int, **given: Any) -> Article:  # noqa: ANN401 - any field's value
    """Return the article of this number that carries a copy of the text of this seed, at a site of its own."""
    body = copied(text(seed), number)
    crawled = f"2026-11-{number % 9 + 10:02}T06:{number % 60:02}:00Z"
    return article(number, **{"text": body, "site": f"site-{number}", "crawled_at": crawled, **given})
