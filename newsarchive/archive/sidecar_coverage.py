"""What the Parquet sidecar holds, as it says itself."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import msgspec

from newsarchive.archive.layout import PARQUET, PARQUET_COVERAGE, PARQUET_REVISED
from newsarchive.errors import IntegrityError
from newsarchive.storage import ObjectMissingError, Storage

_REVISED = msgspec.json.Decoder(dict[str, int])


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """For each writer the number of its last manifest entry that is covered; the files, and the files of heads.

    `records` is how many replacement records there were before those entries were listed: later records alone can
    tell of segments that are not covered. It is None where an earlier version wrote the sidecar.
    """

    writers: Mapping[str, int]
    files: Collection[str]
    heads: Collection[str] = ()
    records: int | None = None

    @classmethod
    def read(cls, storage: Storage) -> "Coverage | None":
        """Return what is said to be covered; None if there is no sidecar.

        Raises:
            IntegrityError: the record cannot be read.
        """
        try:
            body = storage.read(PARQUET_COVERAGE)
        except ObjectMissingError:
            return None
        try:
            record = json.loads(body)
            return cls(
                writers={str(writer): int(n) for writer, n in record["writers"].items()},
                files=[str(key) for key in record.get("files", ())],
                heads=[str(key) for key in record.get("heads", ())],
                records=None if record.get("records") is None else int(record["records"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(PARQUET_COVERAGE, error) from error

    def encode(self) -> bytes:
        """Return the record as JSON bytes."""
        record = {
            "writers": dict(self.writers),
            "files": sorted(self.files),
            "heads": sorted(self.heads),
            "records": self.records,
        }
        return json.dumps(record, indent=1).encode() + b"\n"

    def holds(self, manifest_key: str) -> bool:
        """Tell whether what a manifest entry names is covered, by the entry's key."""
        writer, _, number = manifest_key.rpartition("/")[2].removesuffix(".json").rpartition("-")
        return number.isdecimal() and int(number) <= self.writers.get(writer, 0)


def revised(storage: Storage) -> dict[str, int] | None:
    """Return the newest revision of each covered article that has more than one; None if that is not recorded.

    Raises:
        IntegrityError: the record cannot be read.
    """
    try:
        return _REVISED.decode(storage.read(PARQUET_REVISED))
    except ObjectMissingError:
        return None
    except msgspec.DecodeError as error:
        raise _damaged(PARQUET_REVISED, error) from error


def _damaged(key: str, error: Exception) -> IntegrityError:
    return IntegrityError(f"{key} is damaged; delete {PARQUET} to have it made again: {error!r}")
