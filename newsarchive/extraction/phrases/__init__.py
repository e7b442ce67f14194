"""Lists of phrases in many languages, one regular expression per line, as data beside the code."""

from importlib.resources import files


def lines(name: str) -> list[str]:
    """The lines of one list; those that begin with `#` are comments."""
    text = files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def alternatives(name: str) -> str:
    """The patterns of one list, joined to the inside of a group."""
    return "|".join(lines(name))
