"""Generated wire copies and templated texts, of which it is known which are copies: the texts of `bench/dedup.py`."""

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsarchive.neardup.tokens import Tokens, tokens

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
LEAST = 24
FILLINGS = 8
SHORTEST = 500  # characters of an original
SOME_KANA = 0.15
LONG_SENTENCE = 400
RANGES = {
    "Kana": "\u3040-\u30ff",
    "Han": "\u4e00-\u9fff",
    "Thai": "\u0e00-\u0eff",
    "Arabic": "\u0600-\u06ff",
    "Cyrillic": "\u0400-\u04ff",
    "Latin": "A-Za-z\u00c0-\u024f",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One script's texts of our own, from `dedup_texts.json`; `templates` by kind.

    In a template `<n:2-30>` is a whole number, `<d:0.5-3.0>` a decimal, `<name>`, `<place>` and `<team>` one of the
    script's own; a slot such as `<team:1>` keeps its value.
    """

    names: list[str]
    places: list[str]
    teams: list[str]
    templates: dict[str, str]
    header: str
    footer: str
    insert: str
    words: list[str]
    blank: str
    stop: str


SCRIPTS = {
    name: Script(**fields)
    for name, fields in json.loads(Path(__file__).with_name("dedup_texts.json").read_text(encoding="utf-8")).items()
}


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the benchmark; `original` is shared by an original and its copies, `kind` is "" for the original."""

    text: str
    script: str
    original: int
    kind: str = ""
    template: str = ""


def script_of(text: str) -> str:
    """Return the script of most letters; any Kana to speak of makes a text Japanese."""
    share = {name: len(re.findall(f"[{letters}]", text)) for name, letters in RANGES.items()}
    return "Kana" if share["Kana"] > SOME_KANA * len(text) else max(share, key=lambda name: share[name])


def corpus_texts(corpus: Path, half: str) -> Iterator[tuple[str, str]]:
    """Yield (script, body) of the corpus's sites in one half."""
    for row in (corpus / "truth.jsonl").read_bytes().splitlines():
        record = json.loads(row)
        body, parity = record["body"] or "", hashlib.sha256(record["site"].encode()).digest()[0] % 2
        if len(body) > SHORTEST and ("develop", "test")[parity] == half:
            yield script_of(body), body


def synthetic(script: Script, rng: random.Random) -> str:
    """Return a text of a script's own words, the frequent ones often, with figures and names of its own."""
    sentences = []
    for _ in range(rng.randint(14, 30)):
        words = [script.words[int(len(script.words) * rng.random() ** 1.5)] for _ in range(rng.randint(8, 18))]
        if not rng.randrange(3):
            words.insert(rng.randrange(len(words)), f"{rng.choice(script.names)} {rng.randint(2, 9999)}")
        sentences.append(script.blank.join(words))
    return script.stop.join(sentences) + script.stop


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, with what ends them."""
    found = re.findall(r"[^.!?。!?؟\n]+(?:[.!?。!?؟\n]+\s*|$)", text)
    return [part for s in found for part in _short(s)]


def _short(sentence: str) -> list[str]:
    pieces = re.findall(r"\S{1,120}\s*|\s+", sentence) if len(sentence) > LONG_SENTENCE else [sentence]
    return ["".join(pieces[i : i + 12]) for i in range(0, len(pieces), 12)]


def edited(text: str, share: float, rng: random.Random, script: Script) -> str:
    """Return a text with a share of its units replaced by others, singly and in runs of 4 to 10."""
    spaced = bool(script.blank)
    units = re.findall(r"\s+|\S+" if spaced else r"[\d.]+|\s|.", text)
    places = [i for i, unit in enumerate(units) if not unit.isspace()]
    others = [units[i] for i in places]
    wanted = int(share * len(places))
    done = 0
    while done < wanted:
        length = 1 if done % 2 == 0 else rng.randint(4, 10)
        start = rng.randrange(max(1, len(places) - length))
        for place in places[start : start + length]:
            units[place] = rng.choice(others)[::-1]
        done += length
    return "".join(units)


def abridged(text: str, cut: float, rng: random.Random) -> str:
    """Return a text of which a share is cut: half of it from the end, half of it elsewhere."""
    parts = sentences(text)
    tail = parts[: max(1, round(len(parts) * (1 - cut / 2)))]
    keep = max(1, round(len(parts) * (1 - cut)))
    kept = sorted(rng.sample(range(len(tail)), min(keep, len(tail))))
    return "".join(tail[i] for i in kept)


def reordered(text: str, rng: random.Random) -> str:
    """Return a text whose blocks of sentences are in another order."""
    parts = sentences(text)
    size = max(1, len(parts) // 5)
    blocks = ["".join(parts[i : i + size]) for i in range(0, len(parts), size)]
    rng.shuffle(blocks)
    return " ".join(blocks)


def inserted(text: str, rng: random.Random, script: Script) -> str:
    """Return a text with a local paragraph in it."""
    parts = sentences(text)
    parts.insert(rng.randint(1, max(1, len(parts) - 1)), f" {script.insert} ")
    return "".join(parts)


def _mixture(text: str, rng: random.Random, script: Script) -> str:
    body = abridged(edited(text, 0.05, rng, script), 0.3, rng)
    return f"{script.header} {inserted(body, rng, script)} {script.footer}"


Copying = Callable[[str, random.Random, Script], str]
KINDS: dict[str, Copying] = {
    "header": lambda t, _, s: f"{s.header} {t}",
    "footer": lambda t, _, s: f"{t} {s.footer}",
    "insert": inserted,
    "abridged 30 %": lambda t, r, _: abridged(t, 0.3, r),
    "abridged 50 %": lambda t, r, _: abridged(t, 0.5, r),
    "edits 5 %": lambda t, r, s: edited(t, 0.05, r, s),
    "edits 10 %": lambda t, r, s: edited(t, 0.10, r, s),
    "edits 20 %": lambda t, r, s: edited(t, 0.20, r, s),
    "other order": lambda t, r, _: reordered(t, r),
    "other headline": lambda t, r, s: f"{r.choice(s.names)}: {sentences(t)[-1][:80]}\n{t}",
    "all at once": _mixture,
}


def filled(template: str, rng: random.Random, script: Script) -> str:
    """Return a template with its slots filled."""
    chosen: dict[str, str] = {}
    pools = {"name": list(script.names), "place": list(script.places), "team": list(script.teams)}

    def fill(match: re.Match[str]) -> str:
        kind, _, argument = match[1].partition(":")
        if kind in pools:
            if match[1] not in chosen or not argument:
                chosen[match[1]] = pools[kind].pop(rng.randrange(len(pools[kind])))
            return chosen[match[1]]
        low, high = re.fullmatch(r"(-?[\d.]+)-(-?[\d.]+)", argument).groups()  # type: ignore[union-attr]
        digits = len(low.partition(".")[2])
        return f"{rng.uniform(float(low), float(high)):.{digits}f}" if digits else str(rng.randint(int(low), int(high)))

    return re.sub(r"<([a-z]+(?::[^>]*)?)>", fill, template)


def collection(corpus: Path, half: str, seed: int) -> list[Text]:
    """Return the originals, their copies, the hard negatives and theirs."""
    rng = random.Random(f"{half} {seed}")  # noqa: S311 - a benchmark, repeatable
    texts: list[Text] = []
    for script, body in _originals(corpus, half, rng):
        _add(texts, Text(body, script, len(texts)), list(KINDS), rng)
    for name, own in SCRIPTS.items():
        for kind, template in own.templates.items():
            for _ in range(FILLINGS):
                text = Text(filled(template, rng, own), name, len(texts), template=f"{name} {kind}")
                _add(texts, text, [rng.choice(["header", "footer", "edits 5 %", "abridged 30 %"])], rng)
    return texts


def _originals(corpus: Path, half: str, rng: random.Random) -> list[tuple[str, str]]:
    found = list(_distinct(corpus_texts(corpus, half))) if corpus.exists() else []
    many = Counter(script for script, _ in found)
    for name, script in SCRIPTS.items():
        found += [(name, synthetic(script, rng)) for _ in range(LEAST - many[name]) if script.words]
    print(f"originals: {len(found)}, of these from the corpus: {dict(many)}")
    return found


def _distinct(found: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Leave out the texts of which a fifth is in an earlier one, counted in full: the corpus has some pages twice."""
    before: list[set[bytes]] = []
    for script, body in found:
        own = shingles(tokens(body), 4)
        if all(len(own & other) < 0.2 * min(len(own), len(other)) for other in before):
            before.append(own)
            yield script, body


def _add(texts: list[Text], original: Text, kinds: Sequence[str], rng: random.Random) -> None:
    texts.append(original)
    for kind in kinds:
        copy = KINDS[kind](original.text, rng, SCRIPTS[original.script])
        texts.append(Text(copy, original.script, original.original, kind, original.template))


def shingles(found: Tokens, length: int) -> set[bytes]:
    """Return every run of so many units of a text."""
    units = found.units
    return {" ".join(units[i : i + length]).encode() for i in range(len(units) - length + 1)}
