"""JSON-LD `articleBody` as a witness of where a body begins, ends, and whether it is whole."""

from newsarchive.extraction.strings import squeeze

_PROBES = 24
_PROBE = 24
_LEAST = 300
_LINE = 40
_NEARLY = 0.75
_REST = 0.3
_FOOT = 40


class Witness:
    """Places of a known text, looked for in others."""

    def __init__(self, text: str) -> None:
        self.flat = flat = squeeze(text)
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

    def parted(self, text: str) -> tuple[str, str]:
        """A text up to the last line that is known, and what follows; all of it where the known text is but a part."""
        lines = text.split("\n")
        own = list(map(squeeze, lines))
        foot = range(len(lines) - 1, max(-1, len(lines) - 1 - _FOOT), -1)
        last = next((i + 1 for i in foot if own[i] and self._knows(own[i])), len(lines))
        if self.length < _NEARLY * sum(map(len, own)) or sum(map(len, own[last:])) > _REST * self.length:
            return text, ""
        return "\n".join(lines[:last]), "\n".join(lines[last:])

    def _knows(self, line: str) -> bool:
        """Whether a squeezed line begins or ends as something in the known text does."""
        return line[:_LINE] in self.flat or line[-_LINE:] in self.flat
