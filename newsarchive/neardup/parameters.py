"""The parameters of near-duplicate detection, as `bench/dedup.py` chose them and every index records them."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What makes two sketches comparable, and when two of them are near-duplicates.

    `words` and `characters` are the lengths of shingles, in scripts with and without blanks between words; a text with
    fewer than `least_shingles` has no sketch. `minima` is `bands` times `rows`.

    Two texts are near-duplicates at a Jaccard similarity of `jaccard`, if no more than `window_days` days lie between
    the days on which they were crawled and they tell of the same: with c the share of the smaller one's shingles that
    is in the other, so must be at least `numbers` times c of its figures and `names` times c of its names. A text with
    fewer than `few` of either is not judged by them; if it has too few of both, only `jaccard_of_few` makes a
    near-duplicate. One abridges the other if `containment` of its shingles are in it and it has at most `shorter` of
    them.
    """

    version: int = 1
    words: int = 3
    characters: int = 5
    least_shingles: int = 30
    bands: int = 42
    rows: int = 3
    jaccard: float = 0.35
    numbers: float = 0.8
    names: float = 0.6
    few: int = 3
    jaccard_of_few: float = 0.5
    containment: float = 0.8
    shorter: float = 0.85
    window_days: int = 13

    @property
    def minima(self) -> int:
        """Number of minima in a signature."""
        return self.bands * self.rows

    def encode(self) -> str:
        """Return the parameters as JSON, the same for the same parameters."""
        return json.dumps(asdict(self), sort_keys=True)


PARAMETERS = Parameters()
