"""An archive below a prefix of an S3-compatible bucket."""

from __future__ import annotations

import hashlib
import math
import os
import secrets
from contextlib import contextmanager
from email.utils import mktime_tz, parsedate_tz
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
)
from botocore.loaders import create_loader
from urllib3.exceptions import HTTPError

from newsarchive.errors import ArchiveError, IntegrityError, StorageRefusedError, StorageUnavailableError, UsageError
from newsarchive.storage import Capabilities, ConditionalPut, ObjectMissingError, Stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.loaders import Loader
    from mypy_boto3_s3 import S3Client

_ALREADY_THERE = frozenset({409, 412})
_CONDITION_REFUSED = frozenset({400, 501})
_RETRY_LATER = frozenset({408, 425, 429})
_SERVER_ERROR = 500
_MISSING = 404
_UNKNOWN_QUESTION = frozenset({400, 405, 501})
_REFUSALS = {
    "NoSuchBucket": "the bucket does not exist",
    "InvalidBucketName": "the bucket's name is not valid",
    "InvalidAccessKeyId": "the access key is not known there",
    "SignatureDoesNotMatch": "the secret key is wrong",
    "AccessDenied": "access is denied",
    "ExpiredToken": "the credentials have expired",
    "RequestTimeTooSkewed": "this machine's clock is wrong",
}


def connect(endpoint_url: str = "") -> S3Client:
    """Return a client made from the AWS_* environment, and NEWSARCHIVE_ENDPOINT_URL unless endpoint_url is given.

    Path style and v4 signatures suit every store tried; checksums only where required, since boto3's default
    trailing checksums break several stores (AWS_REQUEST_CHECKSUM_CALCULATION=when_supported turns them on).
    """
    base = botocore.session.get_session()
    session = boto3.session.Session(botocore_session=base)
    base.register_component("data_loader", _descriptions(base.get_config_variable("data_path")))
    checksums: dict[str, Any] = {
        name: os.environ.get(f"AWS_{name.upper()}", "when_required")
        for name in ("request_checksum_calculation", "response_checksum_validation")
    }
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        retries={"mode": "standard", "max_attempts": 3},
        connect_timeout=5,
        read_timeout=_patience(),
        max_pool_connections=16,
        **checksums,
    )
    region = session.region_name or "us-east-1"
    endpoint = endpoint_url or os.environ.get("NEWSARCHIVE_ENDPOINT_URL") or None
    return session.client("s3", endpoint_url=endpoint, region_name=region, config=config)


@cache
def _descriptions(data_path: str | None) -> Loader:
    """Return the descriptions of S3 that every client of this process shares: a megabyte of JSON, read once."""
    return create_loader(data_path)


def _patience() -> float:
    """Return the seconds that a store may be silent, by NEWSARCHIVE_STORE_SECONDS."""
    text = os.environ.get("NEWSARCHIVE_STORE_SECONDS") or "60"
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise UsageError(f"NEWSARCHIVE_STORE_SECONDS is {text!r}: write a number of seconds")
    return seconds


class S3Storage:
    """Objects below a prefix; conditional puts where the store honours them, content comparison everywhere."""

    at_once = 8

    def __init__(self, bucket: str, prefix: str = "", *, endpoint_url: str = "") -> None:
        self.bucket = bucket
        self.prefix = f"{prefix}/" if prefix else ""
        self.uri = f"s3://{bucket}/{prefix}".rstrip("/")
        self._versioned: bool | None = None
        self._conditional_put = ConditionalPut.HONOURED  # until a probe finds it is not
        try:
            self._client = connect(endpoint_url)
        except (BotoCoreError, ValueError) as error:
            raise UsageError(f"cannot set up S3 for {self.uri}: {error}") from error

    def put_new(self, key: str, body: bytes) -> None:
        """Create an object; a no-op if it exists with this body.

        After a refused condition the stored object is compared, since botocore's own retry of a put whose answer
        was lost meets the object it stored itself. A store known not to honour conditions is looked at first.
        """
        if self._conditional_put is not ConditionalPut.HONOURED:
            self._look_and_put(key, body)
            return
        try:
            self._put_if_absent(key, body)
        except _AlreadyThereError:
            if not self._holds(key, body):  # 409: another put of this key was under way, and has failed
                raise StorageUnavailableError(f"{self.uri}: {key} was being written by another; try again") from None
        except _ConditionRefusedError:
            self._look_and_put(key, body)

    def _look_and_put(self, key: str, body: bytes) -> None:
        if not self._holds(key, body):
            self.replace(key, body)

    def _holds(self, key: str, body: bytes) -> bool:
        """Tell whether an object is there; IntegrityError if it is another than body."""
        try:
            stored = self.read(key)
        except ObjectMissingError:
            return False
        if hashlib.sha256(stored).digest() != hashlib.sha256(body).digest():
            raise IntegrityError(f"{self.uri}/{key} exists with other contents than were to be written")
        return True

    def _put_if_absent(self, key: str, body: bytes) -> None:
        with self._translated(conditional=True):
            self._client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=body, IfNoneMatch="*")

    def replace(self, key: str, body: bytes) -> None:
        """Create or overwrite an object."""
        with self._translated():
            self._client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=body)

    def read(self, key: str) -> bytes:
        """Return an object's body."""
        with self._translated(key):
            return self._client.get_object(Bucket=self.bucket, Key=self.prefix + key)["Body"].read()

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys below prefix, sorted."""
        return (stored.key for stored in self.objects(prefix))

    def objects(self, prefix: str) -> Iterator[Stored]:
        """Yield the objects below prefix, sorted by key."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix + prefix)
        iterator = iter(pages)
        last = None
        while True:
            with self._translated():
                page = next(iterator, None)
            if page is None:
                return
            for entry in page.get("Contents", ()):
                if entry["Key"] != last:  # a store may list a key twice that was put twice at once
                    key = entry["Key"].removeprefix(self.prefix)
                    yield Stored(key, entry["Size"], entry["LastModified"].timestamp())
                last = entry["Key"]

    def delete(self, key: str, *, superseded_only: bool = False) -> None:
        """Remove every version of an object and its delete markers, or all versions but the latest."""
        if not superseded_only:  # first of all, so that no earlier version shows when this is cut short
            with self._translated():
                self._client.delete_object(Bucket=self.bucket, Key=self.prefix + key)
        if self.keeps_versions():
            for version in list(self._versions(key, superseded_only=superseded_only)):
                with self._translated():
                    self._client.delete_object(Bucket=self.bucket, Key=self.prefix + key, VersionId=version)

    def _versions(self, key: str, *, superseded_only: bool) -> Iterator[str]:
        paginator = self._client.get_paginator("list_object_versions")
        with self._translated():
            for page in paginator.paginate(Bucket=self.bucket, Prefix=self.prefix + key):
                entries = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
                for entry in entries:
                    if entry["Key"] == self.prefix + key and not (superseded_only and entry["IsLatest"]):
                        yield entry["VersionId"]

    def keeps_versions(self) -> bool:
        """Tell whether the bucket has ever kept versions; a store that does not know the question keeps none."""
        if self._versioned is None:
            try:
                with self._translated():
                    answer = self._client.get_bucket_versioning(Bucket=self.bucket)
                self._versioned = answer.get("Status") in ("Enabled", "Suspended")
            except ArchiveError as error:
                if not isinstance(error.__cause__, ClientError) or _status(error.__cause__) not in _UNKNOWN_QUESTION:
                    raise
                self._versioned = False
        return self._versioned

    def probe(self) -> Capabilities:
        """Write an object twice under a condition, and delete it."""
        key = f".probe-{secrets.token_hex(8)}"
        self._conditional_put = self._try_condition(key)
        with self._translated():
            self._client.delete_object(Bucket=self.bucket, Key=self.prefix + key)
        return Capabilities(conditional_put=self._conditional_put)

    def clock(self) -> float | None:
        """Return the time in the header of the store's answer, whatever it answers."""
        try:
            with self._translated():
                answer: Mapping[str, Any] = self._client.head_bucket(Bucket=self.bucket)
        except ArchiveError as error:
            if not isinstance(error.__cause__, ClientError):
                raise
            answer = error.__cause__.response
        stated = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
        parsed = parsedate_tz(stated)
        return mktime_tz(parsed) if parsed else None

    def _try_condition(self, key: str) -> ConditionalPut:
        try:
            self._put_if_absent(key, b"first")
            self._put_if_absent(key, b"second")
        except _AlreadyThereError:
            return ConditionalPut.HONOURED
        except _ConditionRefusedError:
            self.replace(key, b"first")  # a store that refuses this too cannot be written
            return ConditionalPut.REFUSED
        return ConditionalPut.IGNORED

    @contextmanager
    def _translated(self, key: str = "", *, conditional: bool = False) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            raise self._from_answer(error, key, conditional=conditional) from error
        except (NoCredentialsError, PartialCredentialsError) as error:
            raise StorageRefusedError(
                f"{self.uri}: no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            ) from error
        except ParamValidationError as error:
            raise UsageError(f"{self.uri}: {self.bucket!r} is no valid bucket name") from error
        except (BotoCoreError, HTTPError, OSError, RecursionError) as error:  # HTTPError: a reset while it reads a body
            if isinstance(error, RecursionError) or isinstance(error.__context__, RecursionError):
                # botocore, looking for the region of a bucket behind a redirect
                told = f"{self.uri}: the endpoint redirects; give the address it leads to"
                raise StorageRefusedError(told) from error
            raise StorageUnavailableError(f"{self.uri} does not answer: {error}") from error

    def _from_answer(self, error: ClientError, key: str, *, conditional: bool) -> Exception:
        status = _status(error)
        code = error.response.get("Error", {}).get("Code", "")
        if status in _ALREADY_THERE:
            return _AlreadyThereError(f"{self.uri} answers {status} {code}")
        if conditional and status in _CONDITION_REFUSED and code not in _REFUSALS:
            return _ConditionRefusedError(f"{self.uri} answers {status} {code}")
        if status == _MISSING and code in ("NoSuchKey", "404", "") and key:
            return ObjectMissingError(key)
        if status >= _SERVER_ERROR or status in _RETRY_LATER or code == "SlowDown":
            return StorageUnavailableError(f"{self.uri} answers {status} {code}")
        why = _REFUSALS.get(code, "it refuses")
        return StorageRefusedError(f"{self.uri}: {why} ({status} {code})")


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


class _AlreadyThereError(StorageUnavailableError):
    pass


class _ConditionRefusedError(StorageUnavailableError):
    pass
