"""Opening a WARC wherever it is, for reading once from its beginning."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from stat import S_ISREG
from typing import IO
from urllib.parse import urlsplit

from newsarchive import opening
from newsarchive.errors import StorageUnavailableError, UsageError
from newsarchive.raw.compression import Readable

_TIMEOUT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A WARC, open for reading; `name` is the file's, without its folder, `size` its bytes, None if nobody tells."""

    name: str
    file: Readable
    size: int | None = None


@contextmanager
def opened(given: str, *, endpoint_url: str = "", allow_private: bool = False) -> Iterator[Source]:
    """Open a WARC: a file's path, `s3://bucket/key` or an http(s) address.

    Raises:
        UsageError: there is none, or its host is a private one that was not allowed.
        StorageUnavailableError: it cannot be reached now.
    """
    scheme = urlsplit(given).scheme.lower()
    openers = {"s3": _s3, "http": _http, "https": _http}
    if scheme in openers:
        with closing(openers[scheme](given, endpoint_url, allow_private)) as file:
            yield Source(name=urlsplit(given).path.rpartition("/")[2], file=file, size=file.length)
        return
    with _local(given) as local:
        about = os.fstat(local.fileno())
        yield Source(name=Path(given).name, file=local, size=about.st_size if S_ISREG(about.st_mode) else None)


def _local(given: str) -> IO[bytes]:
    try:
        return Path(given).expanduser().open("rb")
    except OSError as error:
        raise UsageError(f"cannot read {given}: {error.strerror}") from error


class _Whole:
    """An answer's body; one that ends before its announced length is no end but a failure."""

    def __init__(self, file: IO[bytes], length: int | None, given: str) -> None:
        self.length = length
        self._file = file
        self._left = length
        self._given = given

    def read(self, size: int) -> bytes:
        try:
            data = self._file.read(size)
        except (OSError, HTTPException) as error:
            raise StorageUnavailableError(f"{self._given} broke off: {error}; the same command goes on") from error
        if self._left is not None:
            self._left -= len(data)
            if not data and self._left > 0:
                raise StorageUnavailableError(f"{self._given} broke off; the same command goes on")
        return data

    def close(self) -> None:
        self._file.close()


def _s3(given: str, endpoint_url: str, allow_private: bool) -> _Whole:  # noqa: ARG001, FBT001 - as the other opener
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - boto3 costs a file's reader half a second

    from newsarchive.storage.s3 import connect  # noqa: PLC0415 - as above

    parts = urlsplit(given)
    try:
        answer = connect(endpoint_url).get_object(Bucket=parts.netloc, Key=parts.path.lstrip("/"))
    except ClientError as error:
        raise UsageError(f"cannot read {given}: {error.response.get('Error', {}).get('Code', error)}") from error
    except (BotoCoreError, ValueError) as error:
        raise StorageUnavailableError(f"cannot read {given}: {error}") from error
    return _Whole(answer["Body"], answer.get("ContentLength"), given)  # type: ignore[arg-type]  # it reads and closes as a file does


def _http(given: str, endpoint_url: str, allow_private: bool) -> _Whole:  # noqa: ARG001, FBT001 - as the other opener
    try:
        answer = opening.opened(given, within=opening.reach(allow_private=allow_private), timeout=_TIMEOUT)
    except (OSError, HTTPException, ValueError) as error:
        raise UsageError(f"cannot fetch {given}: {error}") from error
    length = answer.headers.get("Content-Length", "")
    return _Whole(answer, int(length) if length.isdigit() else None, given)
