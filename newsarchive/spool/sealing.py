"""Sealing the spool's lines into segments on the local disk, ready to be delivered."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Protocol

from newsarchive.archive import layout, segment
from newsarchive.errors import ArchiveError, IntegrityError
from newsarchive.failpoints import reached
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

    bytes: int = 4 << 20
    count: int = 5_000
    seconds: float = 300.0


AT_ONCE = Ripeness(bytes=0, count=0, seconds=0)
_WHOLE = Ripeness()


@dataclass(frozen=True, slots=True)
class Group:
    """Unsealed lines and pages of one site, day and run, up to the numbers of the last; 0 for none.

    Lines may share a segment, and so may pages.
    """

    site: str
    crawl_date: str
    run_id: str
    last: int
    last_page: int


class Note(Protocol):
    """What is noted of a segment's contents when it is sealed."""

    def __call__(self, connection: sqlite3.Connection, /, *, built: segment.Segment, number: int) -> None:
        """Note it, in the transaction that notes the segment itself under its number in the spool."""


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
        """Return the groups of lines that are ripe, with their pages, and those of pages that are."""
        since = time.time() - ripeness.seconds
        with self._database.reading() as connection:
            pages = raw.waiting(connection)
            rows = connection.execute(
                "SELECT site, crawl_date, run_id, max(number) FROM line "
                "WHERE segment IS NULL GROUP BY 1, 2, 3 "
                "HAVING sum(length(body)) >= ? OR count(*) >= ? OR min(accepted_at) <= ? ORDER BY min(number)",
                (ripeness.bytes, ripeness.count, since),
            ).fetchall()
        with_lines: dict[raw.Group, int] = {row[:3]: row[3] for row in rows}
        lines = [Group(*key, last, pages[key].last if key in pages else 0) for key, last in with_lines.items()]
        ripe = (key for key, found in pages.items() if found.is_ripe(size=ripeness.bytes, since=since))
        return lines + [Group(*key, 0, pages[key].last) for key in ripe if key not in with_lines]

    def seal_part(self, group: Group) -> bool:
        """Seal the first pages of a group, then the first lines, as many as make a segment; tell if there were any.

        Pages come first, so that lines can point at them.
        """
        with self._sealing:
            return self._seal_pages(group) or self._seal_lines(group)

    def _seal_pages(self, group: Group) -> bool:
        with self._database.reading() as connection:
            pages = raw.first(connection, (group.site, group.crawl_date, group.run_id), last=group.last_page)
        if pages:
            origin = self._origin(group)
            self._seal(raw.build(pages, origin), lines=0, note=partial(raw.note_sealed, pages=pages, origin=origin))
        return bool(pages)

    def _seal_lines(self, group: Group) -> bool:
        rows = self._first_lines(group)
        if rows:
            built = segment.build([body for _, body in rows], self._origin(group))
            self._seal(built, lines=len(rows), note=partial(_note_lines, numbers=[number for number, _ in rows]))
        return bool(rows)

    def _origin(self, group: Group) -> segment.Origin:
        n, previous = self._chain_end()
        return segment.Origin(
            writer=self._writer,
            n=n - self._before,
            previous_sha256=previous,
            site=group.site,
            crawl_date=group.crawl_date,
            run_id=group.run_id,
        )

    def _seal(self, built: segment.Segment, *, lines: int, note: Note) -> None:
        """Write a segment to its file and note it, with what is in it, in one transaction."""
        manifest = built.manifest
        number = manifest.n + self._before
        reached("segment-built")
        self._write(self._folder / _file_name(number, manifest.key), built.body)
        reached("segment-written")
        with self._database.transaction() as connection:
            _record(connection, number, manifest, lines=lines)
            note(connection, built=built, number=number)
        reached("segment-recorded")

    def _first_lines(self, group: Group) -> list[tuple[int, bytes]]:
        query = (
            "SELECT number, body FROM line WHERE segment IS NULL AND site = ? AND crawl_date = ? AND run_id = ? "
            "AND number <= ? AND number NOT IN (SELECT line FROM page WHERE line IS NOT NULL AND segment IS NULL) "
            "ORDER BY number"
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

    def body(self, sealed: Sealed) -> bytes:
        """Return a sealed segment's bytes; a damaged or missing file is made again from its lines or pages.

        Raises:
            IntegrityError: they do not give the bytes that were sealed.
        """
        manifest = segment.Manifest.decode(sealed.manifest, where=sealed.manifest_key)
        try:
            body = sealed.path.read_bytes()
        except OSError:
            body = b""
        return body if segment.sha256(body) == manifest.sha256 else self._rebuilt(sealed, manifest)

    def _rebuilt(self, sealed: Sealed, manifest: segment.Manifest) -> bytes:
        origin = segment.Origin(**{f.name: getattr(manifest, f.name) for f in fields(segment.Origin)})
        with self._database.reading() as connection:
            built = _built_again(connection, sealed.n, manifest.kind, origin)
        if built.manifest != manifest:
            raise IntegrityError(
                f"the sealed segment {sealed.path} is damaged, and its contents do not give the sealed bytes; "
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
                reached("orphan-removed")


def _record(connection: sqlite3.Connection, number: int, manifest: segment.Manifest, *, lines: int) -> None:
    encoded = manifest.encode()
    key = layout.manifest_key(manifest.crawl_date, manifest.writer, manifest.n)
    row = (number, "sealed", manifest.key, manifest.run_id, lines, key, segment.sha256(encoded), encoded)
    connection.execute("INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def _note_lines(
    connection: sqlite3.Connection,
    *,
    built: segment.Segment,  # noqa: ARG001 - as for pages
    number: int,
    numbers: Sequence[int],
) -> None:
    connection.executemany("UPDATE line SET segment = ? WHERE number = ?", ((number, k) for k in numbers))


def _built_again(connection: sqlite3.Connection, number: int, kind: str, origin: segment.Origin) -> segment.Segment:
    if kind == segment.PAGES:
        return raw.build(raw.sealed_in(connection, number), origin)
    rows = connection.execute("SELECT body FROM line WHERE segment = ?", (number,)).fetchall()
    return segment.build([body for (body,) in rows], origin)


def _file_name(n: int, key: str) -> str:
    return f"{n:08d}.{'warc' if key.startswith(layout.RAW) else 'jsonl'}.gz"
