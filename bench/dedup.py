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
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from datasketch import MinHash, MinHashLSH

from bench.wire_copies import CORPUS, KINDS, SCRIPTS, Text, collection, shingles
from newsarchive.neardup.comparison import compare
from newsarchive.neardup.parameters import PARAMETERS
from newsarchive.neardup.sketch import band_keys, shingle_hashes, sketch
from newsarchive.neardup.tokens import tokens

APART = 3  # bits between SimHashes
Pairs = set[tuple[int, int]]


def ours(texts: Sequence[Text]) -> Pairs:
    """Return the near-duplicates as the index finds and judges them."""
    made = [sketch(t.text) for t in texts]
    bands: defaultdict[int, list[int]] = defaultdict(list)
    for number, found in enumerate(made):
        for key in band_keys(found)[0].tolist() if found else ():
            bands[key].append(number)
    candidates = {pair for members in bands.values() for pair in combinations(members, 2)}
    return {(a, b) for a, b in candidates if (x := made[a]) and (y := made[b]) and compare(x, y).near}


def datasketch(texts: Sequence[Text]) -> Pairs:
    """Return what FineWeb's parameters find: everything that shares a band is a duplicate."""
    index = MinHashLSH(num_perm=112, params=(14, 8))
    pairs: Pairs = set()
    for number, text in enumerate(texts):
        signature = MinHash(num_perm=112)
        signature.update_batch(list(shingles(tokens(text.text), 5)))
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
