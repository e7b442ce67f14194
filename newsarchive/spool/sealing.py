"""Sealing the spool's lines into segments on the local disk, ready to be delivered."""

import json
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from newsarchive.archive import layout, segment
from newsarchive.errors import ArchiveError, IntegrityError
from newsarchive.failpoints import reached
from newsarchive.spool.database import Database
from newsarchive.storage.folder import write_durably


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A segment on the local disk that is not yet committed."""

    n: int
    key: str
    path: Path
    manifest_key: str
    manifest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ripeness:
    """When lines are sealed into a segment: any of bytes, count, or seconds since the first one."""

    bytes: int = 8 << 20
    count: int = 5_000
    seconds: float = 300.0


AT_ONCE = Ripeness(bytes=0, count=0, seconds=0)
_WHOLE = Ripeness()


@dataclass(frozen=True, slots=True)
class Group:
    """Unsealed lines that may share a segment: those of one site, day and run, up to the number of the last."""

    site: str
    crawl_date: str
    run_id: str
    last: int


class Segments:
    """The segments of a spool that are sealed and not yet committed; each is a file in folder."""

    def __init__(self, database: Database, folder: Path, *, writer: str, before: int = 0) -> None:
        """Make them; `before` counts the segments that the spool has sealed as earlier writers."""
        self._database = database
        self._folder = folder
        self._writer = writer
        self._before = before
        self._sealing = threading.Lock()
        self._remove_orphans()

    def seal(self, ripeness: Ripeness = AT_ONCE) -> int:
        """Seal the lines that are ripe into segments; return how many segments."""
        sealed = 0
        for group in self.ripe(ripeness):
            while self.seal_part(group):
                sealed += 1
        return sealed

    def ripe(self, ripeness: Ripeness) -> list[Group]:
        """Return the groups of lines that are ripe."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT site, crawl_date, run_id, max(number) FROM line "
                "WHERE segment IS NULL GROUP BY 1, 2, 3 "
                "HAVING sum(length(body)) >= ? OR count(*) >= ? OR min(accepted_at) <= ? ORDER BY min(number)",
                (ripeness.bytes, ripeness.count, time.time() - ripeness.seconds),
            ).fetchall()
        return [Group(*row) for row in rows]

    def seal_part(self, group: Group) -> bool:
        """Seal the first lines of a group, as many as make a whole segment; tell whether there were any."""
        with self._sealing:
            rows = self._first_lines(group)
            if rows:
                self._seal_lines(group, rows)
            return bool(rows)

    def _first_lines(self, group: Group) -> list[tuple[int, bytes]]:
        query = (
            "SELECT number, body FROM line WHERE segment IS NULL AND site = ? AND crawl_date = ? AND run_id = ? "
            "AND number <= ? ORDER BY number"
        )
        taken: list[tuple[int, bytes]] = []
        size = 0
        with self._database.reading() as connection:
            for number, body in connection.execute(query, (group.site, group.crawl_date, group.run_id, group.last)):
                if taken and (size + len(body) > _WHOLE.bytes or len(taken) >= _WHOLE.count):
                    break
                taken.append((number, body))
                size += len(body)
        return taken

    def _seal_lines(self, group: Group, rows: Sequence[tuple[int, bytes]]) -> None:
        n, previous = self._chain_end()
        origin = segment.Origin(
            writer=self._writer,
            n=n - self._before,
            previous_sha256=previous,
            site=group.site,
            crawl_date=group.crawl_date,
            run_id=group.run_id,
        )
        built = segment.build([body for _, body in rows], origin)
        reached("segment-built")
        self._write(self._folder / _file_name(n), built.body)
        reached("segment-written")
        self._record(n, built.manifest, [number for number, _ in rows])
        reached("segment-recorded")

    def _chain_end(self) -> tuple[int, str]:
        with self._database.reading() as connection:
            row = connection.execute("SELECT n, manifest_sha256 FROM segment ORDER BY n DESC LIMIT 1").fetchone()
        if not row or row[0] == self._before:
            return self._before + 1, ""
        return row[0] + 1, row[1]

    def _write(self, path: Path, body: bytes) -> None:
        try:
            write_durably(path, body)
        except OSError as error:
            raise ArchiveError(f"cannot write to the state folder {self._folder}: {error.strerror}") from error

    def _record(self, n: int, manifest: segment.Manifest, numbers: Sequence[int]) -> None:
        encoded = manifest.encode()
        key = layout.manifest_key(manifest.crawl_date, manifest.writer, manifest.n)
        row = (
            n,
            "sealed",
            manifest.key,
            manifest.run_id,
            manifest.count,
            key,
            segment.sha256(encoded),
            encoded,
        )
        with self._database.transaction() as connection:
            connection.execute("INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            connection.executemany("UPDATE line SET segment = ? WHERE number = ?", ((n, k) for k in numbers))

    def sealed(self, limit: int) -> list[Sealed]:
        """Return the first segments that are not yet committed, in the order in which they must be."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT n, key, manifest_key, manifest FROM segment WHERE state = 'sealed' ORDER BY n LIMIT ?", (limit,)
            ).fetchall()
        return [
            Sealed(n=n, key=key, path=self._folder / _file_name(n), manifest_key=manifest_key, manifest=manifest)
            for n, key, manifest_key, manifest in rows
        ]

    def body(self, sealed: Sealed) -> bytes:
        """Return a sealed segment's bytes; a damaged or missing file is made again from its lines.

        Raises:
            IntegrityError: the lines do not give the bytes that were sealed.
        """
        manifest = segment.Manifest.decode(sealed.manifest, where=sealed.manifest_key)
        try:
            body = sealed.path.read_bytes()
        except OSError:
            body = b""
        return body if segment.sha256(body) == manifest.sha256 else self._rebuilt(sealed, manifest)

    def _rebuilt(self, sealed: Sealed, manifest: segment.Manifest) -> bytes:
        with self._database.reading() as connection:
            rows = connection.execute("SELECT body FROM line WHERE segment = ?", (sealed.n,)).fetchall()
        origin = segment.Origin(**{f.name: getattr(manifest, f.name) for f in fields(segment.Origin)})
        built = segment.build([body for (body,) in rows], origin)
        if built.manifest != manifest:
            raise IntegrityError(
                f"the sealed segment {sealed.path} is damaged, and its lines do not give the bytes that were sealed; "
                "seal them anew with `newsarchive flush --as-new-writer`"
            )
        self._write(sealed.path, built.body)
        return built.body

    def seals_any(self, ids: Iterable[str]) -> bool:
        """Tell whether one of these articles is in a sealed segment."""
        query = "SELECT 1 FROM line WHERE segment IS NOT NULL AND id IN (SELECT value FROM json_each(?)) LIMIT 1"
        with self._database.reading() as connection:
            return bool(connection.execute(query, (json.dumps(list(ids)),)).fetchone())

    def committed(self, sealed: Sealed) -> None:
        """Note that a segment's manifest entry is in the archive; its lines leave the spool."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE segment SET state = 'committed', manifest = '' WHERE n = ?", (sealed.n,))
            connection.execute("DELETE FROM line WHERE segment = ?", (sealed.n,))
            connection.execute("INSERT OR IGNORE INTO adopted VALUES (?)", (sealed.manifest_key,))
        reached("commit-noted")
        sealed.path.unlink(missing_ok=True)
        reached("segment-removed")

    def given_up(self, writer: str) -> "Segments":
        """Return the segments of the same spool as another writer; the sealed ones are lines again."""
        with self._sealing, self._database.transaction() as connection:
            connection.execute(
                "UPDATE line SET segment = NULL WHERE segment IN (SELECT n FROM segment WHERE state = 'sealed')"
            )
            connection.execute("DELETE FROM segment WHERE state = 'sealed'")
            (before,) = connection.execute("SELECT coalesce(max(n), 0) FROM segment").fetchone()
            meta = (("writer", writer), ("before", str(before)))
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta)
        reached("name-given-up")
        return Segments(self._database, self._folder, writer=writer, before=before)

    def _remove_orphans(self) -> None:
        named = {s.path.name for s in self.sealed(-1)}
        for path in self._folder.iterdir():
            if path.name not in named:
                path.unlink()
                reached("orphan-removed")


def _file_name(n: int) -> str:
    return f"{n:08d}.jsonl.gz"
