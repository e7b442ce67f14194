"""Sealing the spool's lines into segments on the local disk, ready to be delivered."""

import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from newsarchive.archive import layout, segment
from newsarchive.errors import ArchiveError
from newsarchive.spool import raw
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
        with self._sealing:
            groups = self._ripe(ripeness)
            pages = sum(self._seal_pages(group) for group in self._ripe_pages(ripeness, groups))
            for group in groups:
                self._seal_group(*group)
            return len(groups) + pages

    def _ripe_pages(self, ripeness: Ripeness, groups: list[raw.Group]) -> list[raw.Group]:
        since = time.time() - ripeness.seconds
        with self._database.reading() as connection:
            return raw.ripe(connection, size=ripeness.bytes, since=since, needed=groups)

    def _seal_pages(self, group: raw.Group) -> int:
        """Seal a group's pages, so that its lines can point at them; return into how many segments."""
        with self._database.reading() as connection:
            batches = raw.batches(connection, group)
        for first, last in batches:
            self._seal_batch(group, first, last)
        return len(batches)

    def _seal_batch(self, group: raw.Group, first: int, last: int) -> None:
        with self._database.reading() as connection:
            batch = raw.load(connection, group, first, last)
        origin = self._origin(group)
        built = batch.build(origin)
        number = origin.n + self._before
        self._write(self._folder / _file_name(number, built.manifest.key), built.body)
        with self._database.transaction() as connection:
            _record(connection, number, built.manifest, lines=0)
            batch.seal(connection, number, built, origin)

    def _ripe(self, ripeness: Ripeness) -> list[raw.Group]:
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT site, crawl_date, run_id FROM line WHERE segment IS NULL GROUP BY 1, 2, 3 "
                "HAVING sum(length(body)) >= ? OR count(*) >= ? OR min(accepted_at) <= ? ORDER BY min(number)",
                (ripeness.bytes, ripeness.count, time.time() - ripeness.seconds),
            ).fetchall()
        return [tuple(row) for row in rows]

    def _seal_group(self, site: str, crawl_date: str, run_id: str) -> None:
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT number, body FROM line WHERE segment IS NULL AND site = ? AND crawl_date = ? AND run_id = ? "
                "AND number NOT IN (SELECT line FROM page WHERE line IS NOT NULL AND segment IS NULL) ORDER BY number",
                (site, crawl_date, run_id),
            ).fetchall()
        origin = self._origin((site, crawl_date, run_id))
        built = segment.build([body for _, body in rows], origin)
        number = origin.n + self._before
        self._write(self._folder / _file_name(number, built.manifest.key), built.body)
        with self._database.transaction() as connection:
            _record(connection, number, built.manifest, lines=len(rows))
            sealed = ((number, line) for line, _ in rows)
            connection.executemany("UPDATE line SET segment = ? WHERE number = ?", sealed)

    def _origin(self, group: raw.Group) -> segment.Origin:
        n, previous = self._chain_end()
        site, crawl_date, run_id = group
        return segment.Origin(
            writer=self._writer,
            n=n - self._before,
            previous_sha256=previous,
            site=site,
            crawl_date=crawl_date,
            run_id=run_id,
        )

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

    def sealed(self, limit: int) -> list[Sealed]:
        """Return the first segments that are not yet committed, in the order in which they must be."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT n, key, manifest_key, manifest FROM segment WHERE state = 'sealed' ORDER BY n LIMIT ?", (limit,)
            ).fetchall()
        return [
            Sealed(n=n, key=key, path=self._folder / _file_name(n, key), manifest_key=manifest_key, manifest=manifest)
            for n, key, manifest_key, manifest in rows
        ]

    def committed(self, sealed: Sealed) -> None:
        """Note that a segment's manifest entry is in the archive; its lines leave the spool."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE segment SET state = 'committed', manifest = '' WHERE n = ?", (sealed.n,))
            connection.execute("DELETE FROM line WHERE segment = ?", (sealed.n,))
            connection.execute("INSERT OR IGNORE INTO adopted VALUES (?)", (sealed.manifest_key,))
        sealed.path.unlink(missing_ok=True)

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
        return Segments(self._database, self._folder, writer=writer, before=before)

    def continued(self, writer: str, last: int, sha256: str) -> "Segments":
        """Return the segments of the same spool as a writer whose chain ends with the last-th entry."""
        with self._sealing, self._database.transaction() as connection:
            (number,) = connection.execute("SELECT coalesce(max(n), 0) FROM segment").fetchone()
            if last:
                number += 1
                row = (number, "committed", "", "", 0, "", sha256, b"")
                connection.execute("INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            meta = (("writer", writer), ("before", str(number - last)))
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta)
        return Segments(self._database, self._folder, writer=writer, before=number - last)

    def _remove_orphans(self) -> None:
        named = {s.path.name for s in self.sealed(-1)}
        for path in self._folder.iterdir():
            if path.name not in named:
                path.unlink()


def _record(connection: sqlite3.Connection, number: int, manifest: segment.Manifest, *, lines: int) -> None:
    encoded = manifest.encode()
    key = layout.manifest_key(manifest.crawl_date, manifest.writer, manifest.n)
    row = (number, "sealed", manifest.key, manifest.run_id, lines, key, segment.sha256(encoded), encoded)
    connection.execute("INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def _file_name(n: int, key: str) -> str:
    return f"{n:08d}.{'warc' if key.startswith(layout.RAW) else 'jsonl'}.gz"
