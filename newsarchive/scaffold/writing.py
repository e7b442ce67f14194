"""Writing a project folder: what is there already stays as it is."""

import grp
import os
import pwd
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from newsarchive import __version__
from newsarchive.errors import UsageError

FILES = Path(__file__).parent / "files"
_HOMES = tuple(map(Path, ("/home", "/root", "/run/user")))
_PRIVATE, _USUAL = 0o600, 0o666
_CONTACT = "NEWSARCHIVE_CONTACT="


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a project is, which command runs it and as whom: what a schedule needs to know."""

    folder: Path
    command: tuple[str, ...]
    user: str
    group: str
    contact: str = ""

    @classmethod
    def here(cls, folder: Path, *, contact: str = "") -> "Place":
        """Return the place for a folder with this installation's command and this user."""
        user, group = _named(os.geteuid(), os.getegid())
        return cls(folder=folder.resolve(), command=_command(), user=user, group=group, contact=contact)

    def words(self) -> Mapping[str, str]:
        """Return what stands for each marker of a template, quoted as cron, the shell and systemd ask for it."""
        command, folder = shlex.join(self.command), shlex.quote(str(self.folder))
        homes = any(Path(path).is_relative_to(home) for path in (self.folder, self.command[0]) for home in _HOMES)
        return {
            "@CRON_FOLDER@": folder.replace("%", r"\%"),
            "@CRON_COMMAND@": command.replace("%", r"\%"),
            "@UNIT_FOLDER@": str(self.folder).replace("%", "%%"),
            "@UNIT_COMMAND@": " ".join(map(_unit_word, self.command)),
            "@PROTECT_HOME@": "read-only" if homes else "yes",
            "@USER@": self.user,
            "@GROUP@": self.group,
            "@VERSION@": __version__,
            "@CONTACT@": f"{_CONTACT}{shlex.quote(self.contact)}" if self.contact else f"#{_CONTACT}",
        }


def _named(uid: int, gid: int) -> tuple[str, str]:
    try:
        return pwd.getpwuid(uid).pw_name, grp.getgrgid(gid).gr_name
    except KeyError:
        return str(uid), str(gid)


def _command() -> tuple[str, ...]:
    """Return how this very installation is started: by its script, or as a module."""
    script = Path(sys.executable).with_name("newsarchive")
    return (str(script),) if script.is_file() else (sys.executable, "-m", "newsarchive")


def _unit_word(word: str) -> str:
    escaped = word.replace("%", "%%").replace("$", "$$").replace('"', r"\"")
    return f'"{escaped}"' if any(c in word for c in " \t'\"") else escaped


def write(place: Place) -> Iterator[tuple[Path, bool]]:
    """Yield each file of the project, relative to its folder, and whether it has been written now.

    Raises:
        UsageError: the folder cannot be written to, or its name cannot stand in a schedule.
    """
    if "\n" in str(place.folder) or '"' in str(place.folder):
        raise UsageError(f"{str(place.folder)!r} cannot be named in a schedule: choose a folder without quotes")
    words = place.words()
    for template in sorted(path for path in FILES.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        name = template.relative_to(FILES)
        name = name.with_name(name.name.replace("dot-", ".", 1))
        try:
            yield name, _write(place.folder / name, render(template.read_text(encoding="utf-8"), words))
        except OSError as error:
            raise UsageError(f"cannot write to {place.folder}: {error.strerror}") from error


def render(template: str, words: Mapping[str, str]) -> str:
    """Return a template with its markers replaced."""
    for marker, word in words.items():
        template = template.replace(marker, word)
    return template


def _write(target: Path, text: str) -> bool:
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(_PRIVATE if target.name == ".env" else _USUAL, exist_ok=False)
    target.write_text(text, encoding="utf-8")
    return True
