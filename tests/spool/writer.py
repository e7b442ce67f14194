"""A process to be killed: accepts numbered articles, says so once they are on the disk, and delivers now and then.

Arguments: a folder, the first number, a seed for the faults of its storage.
"""

import contextlib
import itertools
import random
import sys
from pathlib import Path

from newsarchive.errors import StorageUnavailableError
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.state import locked

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.conftest import article
from tests.spool.conftest import FaultyStorage, accept, opened


def main(folder: Path, first: int, seed: int) -> None:
    """Accept and deliver until killed."""
    chance = random.Random(seed)  # noqa: S311 - faults, repeatable
    storage = FaultyStorage(folder / "archive", lambda _: chance.choice(["before", "after", *[""] * 18]))
    with locked(folder / "state"), opened(folder / "state") as spool:
        delivery = Delivery(spool, storage)
        print("ready", flush=True)  # noqa: T201 - what the test waits for
        for start in itertools.count(first, 5):
            accept(spool, [article(n, site=f"site-{n % 3}") for n in range(start, start + 5)])
            print(*range(start, start + 5), flush=True)  # noqa: T201 - the acknowledgement
            with contextlib.suppress(StorageUnavailableError):
                delivery.deliver()


main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
