"""Sketches: what they depend on, and what two of them say of two texts."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from newsarchive.neardup.comparison import compare
from newsarchive.neardup.parameters import PARAMETERS
from newsarchive.neardup.sketch import Sketch, band_keys, probe, shingle_hashes, sketch
from newsarchive.neardup.tokens import tokens
from tests.neardup.wire import copied, text

TEXTS = Path(__file__).parents[2] / "bench" / "dedup_texts.json"
INSERTS = {name: script["insert"] + script["footer"] for name, script in json.loads(TEXTS.read_text("utf-8")).items()}


def made(body: str) -> Sketch:
    """Return the sketch of a text that is long enough for one."""
    found = sketch(body)
    assert found is not None
    return found


def test_sketches_do_not_drift() -> None:
    """An index made today is understood by every later release: changing this hash means rebuilding every index."""
    assert probe() == "adc4cd1ea1af538a709622a962c3fe2f"
    ask = "from newsarchive.neardup.sketch import probe; print(probe())"
    other = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == probe()


def test_a_sketch_survives_its_bytes() -> None:
    """Encoded and decoded it is the same, and as long as it says."""
    body = made(text(1))
    assert Sketch.decode(body.encode()) == body
    assert len(body.minima) == 2 * PARAMETERS.minima


@pytest.mark.parametrize(
    ("body", "spaced"),
    [(INSERTS["Latin"], True), (INSERTS["Cyrillic"], True), (INSERTS["Arabic"], True), ("हिन्दी में समाचार", True)]
    + [(INSERTS[name], False) for name in ("Han", "Kana", "Thai")]
    + [("The ferry 港 sails", True), ("渡輪 Star Ferry 今天停航一天", False), ("", True)],
)
def test_the_scripts_of_most_letters_decide(body: str, spaced: bool) -> None:  # noqa: FBT001 - a row's column
    """Scripts without blanks between words are taken by character."""
    assert tokens(body).spaced is spaced


@pytest.mark.parametrize("name", sorted(INSERTS))
def test_case_and_punctuation_make_no_difference(name: str) -> None:
    """Neither do line ends and compatibility forms."""
    body = INSERTS[name]
    other = body.upper().replace(" ", "\n").replace(",", " ,")
    assert list(shingle_hashes(tokens(body))) == list(shingle_hashes(tokens(other)))


def test_short_texts_have_no_sketch() -> None:
    """What they share may be chance."""
    assert sketch("") is None
    assert sketch(text(1, words=20)) is None


def test_the_similarity_is_estimated_without_bias() -> None:
    """Over many pairs of known similarity the error is that of MinHash."""
    errors = []
    for seed in range(60):
        words = text(seed, words=600).split()
        cut = random.Random(seed).randrange(40, 560)  # noqa: S311 - repeatable
        one, other = " ".join(words[:cut]), " ".join(words)
        a, b = (set(shingle_hashes(tokens(t)).tolist()) for t in (one, other))
        errors.append(compare(made(one), made(other)).jaccard - len(a & b) / len(a | b))
    assert abs(np.mean(errors)) < 0.02
    assert np.std(errors) < 0.06


@pytest.mark.parametrize("seed", range(5))
def test_wire_copies_are_near_duplicates(seed: int) -> None:
    """Two copies of one text are, texts of their own are not; both sides agree."""
    one, other, stranger = made(copied(text(seed), 1)), made(copied(text(seed), 2)), made(text(seed + 100))
    assert compare(one, other).near
    assert compare(other, one).near
    assert set(band_keys(one)[0].tolist()) & set(band_keys(other)[0].tolist())
    assert not compare(one, stranger).near


def test_edges_have_a_direction() -> None:
    """The shorter text abridges the longer, the longer extends the shorter."""
    whole, part = made(text(3)), made(" ".join(text(3).split()[:80]))
    assert compare(part, whole).abridges
    assert compare(whole, part).extends
    assert not compare(whole, part).abridges
    assert not compare(whole, whole).abridges


def test_templates_are_no_copies() -> None:
    """The same sentences with other figures and names are another report."""
    frame = (
        "Shares in {} closed higher on Thursday with the index up {} percent at {} points while the broader market "
        "gained {} percent. Among the winners was the brewer, which rose {} percent, followed by the cement maker "
        "with {} percent. The airline lost {} percent, a barrel of oil cost {} dollars, and turnover reached {} "
        "million, traders said."
    )
    rng = random.Random(7)  # noqa: S311 - repeatable
    one, other = (made(frame.format("Oslo", *(rng.randint(10, 9999) for _ in range(8)))) for _ in range(2))
    similar = compare(one, other)
    assert similar.jaccard > PARAMETERS.jaccard
    assert not similar.near
