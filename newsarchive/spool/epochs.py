"""Which copy of a spool may write: a run that delivers begins an epoch in the archive, which fences off the others."""

import json
import secrets
import sqlite3
from dataclasses import dataclass
from functools import partial

from newsarchive.archive import layout
from newsarchive.errors import FencedError, IntegrityError
from newsarchive.failpoints import reached
from newsarchive.spool.spool import Spool
from newsarchive.storage import ObjectMissingError, Storage


@dataclass(frozen=True, slots=True)
class Claims:
    """The last epoch that a spool has tried to begin, and the tokens it has tried it with."""

    epoch: int = 0
    tokens: tuple[str, ...] = ()


class Hold:
    """A spool's hold on its chain of manifest entries.

    `writers/<writer>/<epoch>.json` holds the token of the run that began the epoch. Tokens are random, and noted in
    the spool before they are put: an epoch whose token the spool does not know was begun by a copy of it.
    """

    def __init__(self, spool: Spool, storage: Storage) -> None:
        self._spool = spool
        self._storage = storage
        self._begun = False

    def check(self) -> None:
        """Raise FencedError if a copy of this spool has begun an epoch that this one does not know."""
        if is_fenced(self._storage, self._spool.writer, self._claims()):
            raise self.fenced()

    def succeed(self) -> None:
        """Take the last epoch in the archive for our own, so that the next one follows it."""
        prefix = self._key(1).rpartition("/")[0] + "/"
        last = max(self._storage.keys(prefix), default="")
        if last:
            epoch = int(last.rpartition("/")[2].removesuffix(".json"))
            claims = Claims(epoch, (self._token(epoch),))
            self._spool.write([partial(_note, writer=self._spool.writer, claims=claims)])

    def take(self) -> None:
        """Begin an epoch, or check that the one begun is still the last."""
        if self._begun:
            self.check()
            return
        claims = self._claims()
        while not self._begun:
            claims = self._try(claims)

    def _try(self, before: Claims) -> Claims:
        """Try the epoch after the last one in the archive; ours may be there from a put whose answer was lost."""
        epoch, tokens = before.epoch or 1, before.tokens
        if held := self._token(epoch):
            if held not in tokens:
                raise self.fenced()
            epoch, tokens = epoch + 1, ()
        token = secrets.token_hex(16)
        claims = Claims(epoch, (*tokens, token))
        self._spool.write([partial(_note, writer=self._spool.writer, claims=claims)])
        reached("epoch-noted")
        self._begun = self._put(epoch, token)
        reached("epoch-put")
        return claims

    def _put(self, epoch: int, token: str) -> bool:
        body = {"writer": self._spool.writer, "epoch": epoch, "token": token}
        try:
            self._storage.put_new(self._key(epoch), json.dumps(body, indent=1).encode() + b"\n")
        except IntegrityError:
            return False
        return self._token(epoch) == token  # a store that ignores conditions may have taken another's since

    def _claims(self) -> Claims:
        (claims,) = self._spool.write([partial(noted, writer=self._spool.writer)])
        return claims  # type: ignore[no-any-return]  # as noted returns

    def _token(self, epoch: int) -> str:
        return _token(self._storage, self._spool.writer, epoch)

    def _key(self, epoch: int) -> str:
        return layout.epoch_key(self._spool.writer, epoch)

    def fenced(self) -> FencedError:
        """Return the error that tells what to do."""
        return FencedError(
            f"another copy of the state folder {self._spool.folder} writes to {self._storage.uri}; "
            "if both are to go on, give this one a name of its own with `newsarchive flush --as-new-writer`"
        )


def is_fenced(storage: Storage, writer: str, claims: Claims) -> bool:
    """Tell whether a copy of the spool with these claims has begun an epoch that it does not know."""
    return bool(
        _token(storage, writer, claims.epoch + 1) or _token(storage, writer, claims.epoch) not in ("", *claims.tokens)
    )


def _token(storage: Storage, writer: str, epoch: int) -> str:
    if not epoch:
        return ""
    key = layout.epoch_key(writer, epoch)
    try:
        return _decode(storage.read(key), where=f"{storage.uri}/{key}")
    except ObjectMissingError:
        return ""


def _decode(body: bytes, *, where: str) -> str:
    try:
        return str(json.loads(body)["token"])
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError(f"{where} is no epoch: {error!r}") from error


def noted(connection: sqlite3.Connection, *, writer: str) -> Claims:
    """Return what a spool has noted of its epochs."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (f"epoch of {writer}",)).fetchone()
    epoch, tokens = json.loads(row[0]) if row else (0, ())
    return Claims(epoch, tuple(tokens))


def _note(connection: sqlite3.Connection, *, writer: str, claims: Claims) -> None:
    row = (f"epoch of {writer}", json.dumps([claims.epoch, claims.tokens]))
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", row)
