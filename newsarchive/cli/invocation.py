"""How the command was called, so that the next one can be typed as it is shown."""

import shutil
import sys
from pathlib import Path


def program(*, elsewhere: bool = False) -> str:
    """Return `newsarchive` where the shell finds this very command by that name, else its path.

    The path is one from the working directory if that is above it, unless what is shown will be typed `elsewhere`.
    """
    given = Path(sys.argv[0])
    if given.name != "newsarchive":
        return "newsarchive"
    found = shutil.which("newsarchive")
    if found and Path(found).samefile(given):
        return "newsarchive"
    path, here = given.parent.resolve() / given.name, Path.cwd()
    return str(path.relative_to(here) if not elsewhere and here in path.parents[1:] else path)
