"""A stand-in for a crawler, to be killed: one warm process that forks a child for each run it is told of.

Arguments: a folder, an archive's URI, its endpoint. A line `seed step` on standard input is a run; `pid N` answers as
it begins and `ended STATUS` as it has ended, with the status of os.waitpid.

A run accepts numbered articles into one of two spools that share the archive, notes each in `acknowledged` once it is
on the disk, and delivers now and then. An article of one number always has the same contents.
"""

import contextlib
import os
import random
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from newsarchive import failpoints
from newsarchive.errors import ArchiveError, StorageRefusedError, StorageUnavailableError
from newsarchive.spool import Spool
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.state import locked
from newsarchive.storage import Storage, open_storage
from tests.conftest import article
from tests.spool.conftest import accept, opened

ARCHIVE_ERROR = 4
_BATCHES = 3
_FRESH, _KNOWN = 8, 12


def work(folder: Path, seed: int, storage: Storage) -> None:
    """Make one run."""
    chance = random.Random(seed)  # noqa: S311 - a workload, repeatable
    state = folder / "ab"[seed % 2]
    run_id = f"20261123t000000z-{seed:06x}"
    with locked(state), opened(state) as spool:
        spool.begin_run(run_id, "{}")
        delivery = Delivery(spool, storage)
        _accept(spool, folder, seed, chance)
        for _ in range(_BATCHES):
            with contextlib.suppress(StorageUnavailableError, StorageRefusedError):
                if chance.random() < 1 / 16:
                    delivery.take_new_name()
                delivery.deliver()
            _accept(spool, folder, seed, chance)
        spool.end_run(run_id, "{}")
        delivery.deliver()
        delivery.deliver_reports()


def _accept(spool: Spool, folder: Path, seed: int, chance: random.Random) -> None:
    numbers = chance.sample(range(max(0, _FRESH * seed - _KNOWN), _FRESH * (seed + 1)), 5)
    accept(spool, [article(n, site=f"site-{n % 3}") for n in numbers])
    with (folder / "acknowledged").open("a") as file:
        file.write("".join(f"{n}\n" for n in numbers))


def _child(folder: Path, storage: Storage, seed: int, step: str) -> int:
    failpoints.arm(step)
    try:
        work(folder, seed, storage)
    except ArchiveError as error:
        sys.stderr.write(f"{error}\n")
        return ARCHIVE_ERROR
    except BaseException:  # noqa: BLE001 - a child never returns into its parent's code
        traceback.print_exc()
        return 1
    return 0


def main(folder: str, uri: str, endpoint: str) -> None:
    """Run as told until standard input ends."""
    storage = open_storage(uri, endpoint_url=endpoint)  # once: a child need not load its client anew
    for line in sys.stdin:
        seed, _, step = line.strip().partition(" ")
        if not (pid := os.fork()):
            os._exit(_child(Path(folder), storage, int(seed), step))
        print(f"pid {pid}", flush=True)  # noqa: T201 - the protocol
        print(f"ended {os.waitpid(pid, 0)[1]}", flush=True)  # noqa: T201 - the protocol


if __name__ == "__main__":
    main(*sys.argv[1:])
