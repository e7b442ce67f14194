#!/usr/bin/env python3
"""Near-duplicates found in generated wire copies and templated texts: ours beside two peers, in one run.

    python bench/dedup.py [--corpus ../shared/corpus] [--half test|develop] [--seed 1] [--worst]

Originals are the bodies of a corpus (`truth.jsonl`), half of its sites; scripts it has fewer than 24 of are filled up
with texts of our own. Of each original one copy of every kind is made (`KINDS`). Hard negatives are 8 fillings of each
of 30 templates (weather, markets, match reports, obituaries, exchange rates, in six scripts), with one copy of each
among them, so that precision on them is a share of what is really joined.

A true pair is an original and its copy; pairs of two copies of one original count neither way. The contestants:

- `ours`: sketches, bands and comparison as the index uses them;
- `datasketch`: MinHashLSH with FineWeb's parameters: shingles of 5 words (here: our units, as generous), 14 bands of 8;
- `simhash`: 64 bits over shingles of 3, at most 3 bits apart.
"""

import argparse
import hashlib
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from datasketch import MinHash, MinHashLSH

from newsarchive.neardup.comparison import compare
from newsarchive.neardup.parameters import PARAMETERS
from newsarchive.neardup.sketch import band_keys, shingle_hashes, sketch
from newsarchive.neardup.tokens import Tokens, tokens

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
LEAST = 24
FILLINGS = 8
SHORTEST = 500  # characters of an original
SOME_KANA = 0.15
LONG_SENTENCE = 400
APART = 3  # bits between SimHashes
Pairs = set[tuple[int, int]]
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
        own = _shingles(tokens(body), 4)
        if all(len(own & other) < 0.2 * min(len(own), len(other)) for other in before):
            before.append(own)
            yield script, body


def _add(texts: list[Text], original: Text, kinds: Sequence[str], rng: random.Random) -> None:
    texts.append(original)
    for kind in kinds:
        copy = KINDS[kind](original.text, rng, SCRIPTS[original.script])
        texts.append(Text(copy, original.script, original.original, kind, original.template))


def ours(texts: Sequence[Text]) -> Pairs:
    """Return the near-duplicates as the index finds and judges them."""
    made = [sketch(t.text) for t in texts]
    bands: defaultdict[int, list[int]] = defaultdict(list)
    for number, found in enumerate(made):
        for key in band_keys(found)[0].tolist() if found else ():
            bands[key].append(number)
    candidates = {pair for members in bands.values() for pair in combinations(members, 2)}
    return {(a, b) for a, b in candidates if (x := made[a]) and (y := made[b]) and compare(x, y).near}


def _shingles(found: Tokens, length: int) -> set[bytes]:
    units = found.units
    return {" ".join(units[i : i + length]).encode() for i in range(len(units) - length + 1)}


def datasketch(texts: Sequence[Text]) -> Pairs:
    """Return what FineWeb's parameters find: everything that shares a band is a duplicate."""
    index = MinHashLSH(num_perm=112, params=(14, 8))
    pairs: Pairs = set()
    for number, text in enumerate(texts):
        signature = MinHash(num_perm=112)
        signature.update_batch(list(_shingles(tokens(text.text), 5)))
        pairs |= {(int(other), number) for other in index.query(signature)}
        index.insert(str(number), signature)
    return pairs


def simhash(texts: Sequence[Text]) -> Pairs:
    """Return the pairs whose 64-bit SimHashes differ in at most 3 bits."""
    prints = np.array([_simhash(t.text) for t in texts], dtype=np.uint64)
    pairs: Pairs = set()
    for number, value in enumerate(prints):
        apart = np.bitwise_count(prints[:number] ^ value)
        pairs |= {(int(other), number) for other in np.flatnonzero(apart <= APART)}
    return pairs


def _simhash(text: str) -> int:
    hashes = shingle_hashes(tokens(text))
    bits = (hashes[:, None] >> np.arange(64, dtype=np.uint64)[None, :]) & np.uint64(1)
    return sum(1 << place for place, votes in enumerate(bits.sum(axis=0)) if 2 * votes > len(hashes))


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of pairs."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the pairs found that are true."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that are found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.right else 0.0


def score(texts: Sequence[Text], pairs: Pairs, wanted: Callable[[Text], bool]) -> Score:
    """Return the score over the pairs one of whose texts is wanted; the copy's kind decides for true pairs."""
    right = wrong = 0
    for a, b in pairs:
        one, other = texts[a], texts[b]
        if one.original != other.original:
            wrong += wanted(one) or wanted(other)
        elif not (one.kind and other.kind):
            right += wanted(other)
    true = sum(1 for t in texts if t.kind and wanted(t))
    return Score(right, wrong, true - right)


def clustered(texts: Sequence[Text], pairs: Pairs) -> Score:
    """Return the score of whole clusters: every two texts that the pairs connect, against every two of one original."""
    parent = list(range(len(texts)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for a, b in pairs:
        parent[root(a)] = root(b)
    joined = _within(root(n) for n in range(len(texts)))
    true = _within(t.original for t in texts)
    right = _within((root(n), t.original) for n, t in enumerate(texts))
    return Score(right, joined - right, true - right)


def _within(labels: Iterator[object]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(labels).values())


CONTESTANTS = {"ours": ours, "datasketch": datasketch, "simhash": simhash}


def report(texts: Sequence[Text]) -> dict[str, Score]:
    """Print the tables; return our scores by row."""
    rows: dict[str, Callable[[Text], bool]] = {"all": lambda _: True}
    rows |= {f"script {name}": (lambda t, n=name: t.script == n) for name in SCRIPTS}  # type: ignore[misc]
    rows |= {f"kind {kind}": (lambda t, k=kind: t.kind == k and not t.template) for kind in KINDS}  # type: ignore[misc]
    rows |= {"hard negatives": lambda t: bool(t.template)}
    found: dict[str, Pairs] = {}
    for name, contestant in CONTESTANTS.items():
        start = time.process_time()
        found[name] = contestant(texts)
        print(f"{name}: {len(texts) / (time.process_time() - start):.0f} texts a CPU second")
    print("\n| pairs | " + " | ".join(f"{n} F1 | P | R" for n in CONTESTANTS) + " |\n|---|" + "---|" * 9)
    for label, wanted in rows.items():
        scores = [score(texts, pairs, wanted) for pairs in found.values()]
        print(f"| {label} | " + " | ".join(f"{s.f1:.3f} | {s.precision:.3f} | {s.recall:.3f}" for s in scores) + " |")
    scores = [clustered(texts, pairs) for pairs in found.values()]
    print("| clusters | " + " | ".join(f"{s.f1:.3f} | {s.precision:.3f} | {s.recall:.3f}" for s in scores) + " |")
    return {label: score(texts, found["ours"], wanted) for label, wanted in rows.items()}


def worst(texts: Sequence[Text]) -> None:
    """Print the wrong pairs of ours, by template and by texts."""
    wrong = [(texts[a], texts[b]) for a, b in ours(texts) if texts[a].original != texts[b].original]
    for name, count in Counter(f"{a.template or a.script} | {b.template or b.script}" for a, b in wrong).most_common():
        print(count, name)
    for a, b in wrong[:3]:
        print("---", compare(sketch(a.text), sketch(b.text)), a.text[:300], b.text[:300], sep="\n")  # type: ignore[arg-type]


def main() -> None:
    """Make the texts and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--half", choices=["test", "develop"], default="test")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worst", action="store_true")
    options = parser.parse_args()
    texts = collection(options.corpus, options.half, options.seed)
    hard = sum(1 for t in texts if t.template and not t.kind)
    print(f"{len(texts)} texts, {hard} hard negatives; half: {options.half}; {PARAMETERS.encode()}")
    report(texts)
    if options.worst:
        worst(texts)


if __name__ == "__main__":
    main()
