"""How the command was called, so that the next one can be typed as it is shown."""

import shutil
import sys
from pathlib import Path


def program() -> str:
    """Return `newsarchive` where the shell finds this very command by that name, else its path."""
    given = Path(sys.argv[0])
    if given.name != "newsarchive":
        return "newsarchive"
    found = shutil.which("newsarchive")
    return "newsarchive" if found and Path(found).samefile(given) else str(given.parent.resolve() / given.name)
