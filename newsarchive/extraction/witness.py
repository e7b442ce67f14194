"""JSON-LD `articleBody` as a witness of where a body begins, ends, and whether it is whole."""

from newsarchive.extraction.strings import squeeze

_PROBES = 24
_PROBE = 24
_LEAST = 300


class Witness:
    """Places of a known text, looked for in others."""

    def __init__(self, text: str) -> None:
        flat = squeeze(text)
        self.length = len(flat)
        step = max(_PROBE, (len(flat) - _PROBE) // _PROBES)
        self.probes = [flat[i : i + _PROBE] for i in range(0, max(1, len(flat) - _PROBE), step)]

    def speaks(self) -> bool:
        """Whether the text is long enough to tell anything."""
        return self.length >= _LEAST

    def share_in(self, text: str) -> float:
        """The part of the known text's places that another text holds."""
        flat = squeeze(text)
        return sum(probe in flat for probe in self.probes) / len(self.probes)

    def holds(self, line: str) -> bool:
        """Whether any known place lies in a line."""
        flat = squeeze(line)
        return any(probe in flat for probe in self.probes)
