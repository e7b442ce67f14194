"""The part of a line that questions are answered from, decoded without the rest."""

from typing import Protocol

import msgspec

from newsarchive.article import SCHEMA_VERSION
from newsarchive.errors import IntegrityError

_MAJOR = SCHEMA_VERSION.partition(".")[0]


class Head(msgspec.Struct, frozen=True, gc=False):
    """The fields of an article that tell whether it is asked for, and what it counts towards."""

    schema_version: str
    id: str
    revision: int
    url: str
    canonical_url: str
    site: str
    publisher: str
    section: str
    authors: list[str]
    date_published: str
    language: str
    tags: list[str]
    tag_ids: list[str]
    access: str
    duplicate_of: str
    cluster: str


class Addressed(Protocol):
    """What has an id, a site and addresses: an article or its head."""

    @property
    def id(self) -> str:
        """The article's id."""

    @property
    def site(self) -> str:
        """The site's short name."""

    @property
    def url(self) -> str:
        """The final URL."""

    @property
    def canonical_url(self) -> str:
        """The canonical URL."""


HEAD_FIELDS = Head.__struct_fields__
_DECODER = msgspec.json.Decoder(Head)


def decode(line: bytes, *, where: str) -> Head:
    """Return the head of a line; IntegrityError naming `where` if it is no record of this major version."""
    try:
        head = _DECODER.decode(line)
    except msgspec.DecodeError as error:
        raise IntegrityError(f"{where} is not an article record: {error}") from error
    if head.schema_version.partition(".")[0] != _MAJOR:
        raise IntegrityError(
            f"{where} has schema version {head.schema_version}; this newsarchive reads version {_MAJOR}"
        )
    return head
