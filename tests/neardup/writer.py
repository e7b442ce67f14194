"""A process that kills itself: accepts articles one by one and dies at a place while it accepts the last.

Arguments: a folder, `before-commit`, `after-commit` or `after-window`, how many articles.
"""

import os
import signal
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from newsarchive.neardup.index import NearIndex
from newsarchive.spool import Spool
from tests.neardup.wire import wire
from tests.spool.conftest import accept


def die(*_: object) -> None:
    """End at once, as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


class Dying(NearIndex):
    """An index that dies at a place, once it is told to."""

    place = ""

    def enter(self, connection, article, given=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - as in NearIndex
        """Label, and die before the commit."""
        labelled = super().enter(connection, article, given)
        if self.place == "before-commit":
            die()
        return labelled

    def committed(self, connection: sqlite3.Connection) -> None:
        """Die before or after what is committed reaches the window."""
        if self.place == "after-commit":
            die()
        super().committed(connection)
        if self.place == "after-window":
            die()


def main(folder: Path, place: str, count: int) -> None:
    """Accept until the end."""
    spool = Spool(folder)
    spool.near.__class__ = Dying
    for number in range(count):
        Dying.place = place if number == count - 1 else ""
        accept(spool, [wire(number, number)])
        print(number, flush=True)  # noqa: T201 - the acknowledgement


main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
