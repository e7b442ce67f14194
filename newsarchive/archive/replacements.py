"""Which segments replace which: the records of compactions and erasures, dense and hash-linked."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from newsarchive.archive.segment import Manifest, sha256
from newsarchive.errors import AlreadyRunningError, IntegrityError
from newsarchive.storage import ObjectMissingError, Storage

COMPACTIONS = "compactions/"
RECORD_VERSION = "1.0"
_KEY = re.compile(rf"{COMPACTIONS}\d{{8,}}\.json")
REWRITERS = frozenset({"merged", "kept"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A segment that is replaced; `dropped` are the numbers (from 0) of its lines that the result leaves out."""

    key: str
    count: int
    sha256: str
    dropped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Segments and what replaces them: their lines in this order without those dropped, or nothing."""

    sources: tuple[Source, ...]
    result: Manifest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One compaction, erasure or repair. `n` is dense from 0, `previous_sha256` the hash of record n - 1 (`""` for 0).

    `acknowledged` are the keys of manifest entries that a repair has found missing or damaged for good.
    """

    n: int
    previous_sha256: str
    kind: str
    replacements: tuple[Replacement, ...] = ()
    acknowledged: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The record's place in the archive."""
        return record_key(self.n)

    def encode(self) -> bytes:
        """Return the record as JSON bytes, the same for the same record."""
        body = {"record_version": RECORD_VERSION, **asdict(self)}
        return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def decode(cls, body: bytes, *, where: str) -> "Record":
        """Return the record in body; IntegrityError naming `where` if it is none. Newer minor fields are left out."""
        try:
            given = json.loads(body)
            if str(given["record_version"]).partition(".")[0] != RECORD_VERSION.partition(".")[0]:
                raise IntegrityError(f"{where} has record version {given['record_version']}")
            replaced = tuple(_replacement(entry, where) for entry in given["replacements"])
            return cls(
                n=given["n"],
                previous_sha256=given["previous_sha256"],
                kind=given["kind"],
                replacements=replaced,
                acknowledged=tuple(given.get("acknowledged", ())),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise IntegrityError(f"{where} is not a replacement record: {error!r}") from error


GENESIS = Record(n=0, previous_sha256="", kind="genesis")


def _replacement(entry: dict[str, Any], where: str) -> Replacement:
    sources = tuple(
        Source(key=s["key"], count=s["count"], sha256=s["sha256"], dropped=tuple(s["dropped"]))
        for s in entry["sources"]
    )
    result = entry["result"]
    return Replacement(
        sources=sources, result=Manifest.decode(json.dumps(result).encode(), where=where) if result else None
    )


def record_key(n: int) -> str:
    """Return the key of the n-th record."""
    return f"{COMPACTIONS}{n:08d}.json"


@dataclass(frozen=True, slots=True)
class Chain:
    """The records of an archive, in order, and the hash of the last."""

    records: tuple[Record, ...]
    sha256: str

    @classmethod
    def read(cls, bodies: Iterator[tuple[str, bytes]], *, first: int = 0) -> "Chain":
        """Return the chain of the records with these keys and bodies; IntegrityError where a link is missing.

        With `first`, the records from that number on.
        """
        records: list[Record] = []
        previous = ""
        for key, body in bodies:
            record = Record.decode(body, where=key)
            follows = record.previous_sha256 == previous or (first and not records)
            if record.n != first + len(records) or key != record.key or not follows:
                raise IntegrityError(f"{key} does not follow the record before it: the chain is broken")
            records.append(record)
            previous = sha256(body)
        return cls(tuple(records), previous)

    @property
    def next_n(self) -> int:
        """The number of the next record that says something."""
        return len(self.records) or 1

    def commit(
        self, storage: Storage, kind: str, replacements: Sequence[Replacement], acknowledged: Sequence[str] = ()
    ) -> Record:
        """Append a record; from then on readers see what it says.

        Raises:
            AlreadyRunningError: another process has appended one meanwhile; plan again.
        """
        if not self.records:
            storage.put_new(GENESIS.key, GENESIS.encode())
            return Chain((GENESIS,), sha256(GENESIS.encode())).commit(storage, kind, replacements, acknowledged)
        record = Record(
            n=len(self.records),
            previous_sha256=self.sha256,
            kind=kind,
            replacements=tuple(replacements),
            acknowledged=tuple(acknowledged),
        )
        _put(storage, record)
        return record


def _put(storage: Storage, record: Record) -> None:
    try:
        storage.put_new(record.key, record.encode())
    except IntegrityError as error:
        raise _busy(storage) from error
    if _stored(storage, record.key) != record.encode():  # a store that ignores the condition
        raise _busy(storage)


def _busy(storage: Storage) -> AlreadyRunningError:
    return AlreadyRunningError(f"another compaction or erasure of {storage.uri} is under way; run this again after it")


def _stored(storage: Storage, key: str) -> bytes:
    try:
        return storage.read(key)
    except ObjectMissingError:
        return b""


def is_record(key: str) -> bool:
    """Tell whether a key below compactions/ is a record's."""
    return bool(_KEY.fullmatch(key))
