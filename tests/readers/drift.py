"""An archive that is hard to read: fields that are empty at first and filled later, values that look like other types.

Three more articles than are counted are in it: a copy, one taken down, and superseded states. Some replaced segments
still wait to be deleted, as after every nightly `compact`.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from newsarchive.archive import line
from newsarchive.archive.layout import manifest_key
from newsarchive.archive.segment import Origin, build
from newsarchive.archive.tombstones import of_url
from newsarchive.article import Article
from newsarchive.storage import Storage, open_storage
from newsarchive.upkeep import parquet
from newsarchive.upkeep.compaction import compact
from newsarchive.upkeep.erasure import Erasure
from tests.conftest import article
from tests.upkeep.conftest import deliver

TAKEN_DOWN = 32
IRAN, IRAQ = "country:IR", "country:IQ"
LONG = " ".join(f"minute{n}" for n in range(120_000))
"""Over a megabyte: the text of a ticker that ran for a day."""


def _empty(number: int, site: str) -> Article:
    return article(number, site=site, date_published="", date_precision="", publisher="", language="und")


def _tagged(number: int, site: str, *tags: str, ids: tuple[str, ...] = (IRAN,), **given: Any) -> Article:  # noqa: ANN401 - any field's value
    return article(number, site=site, tags=tags, tag_ids=ids, section="World", description="Standfirst", **given)


_FIRST = [_empty(1, "alba"), _empty(2, "alba"), _empty(11, "beirut")]
_LATER_THAT_DAY = [_empty(3, "alba")]
_FILLED = [
    _tagged(1, "alba", "Iran", "Irak", ids=(IRAN, IRAQ), authors=("Zoé",), date_published="2026-11-01T00:00:00Z"),
    _tagged(4, "alba", "Iran", date_published="2026-10-31T23:59:59Z", language="fr"),
    # More articles of November's first hours than of December's: a month of local time counts wrong.
    _tagged(5, "alba", "Nucléaire", ids=(), language="fr", date_published="2026-11-01T02:00:00Z"),
    # As many tags and authors on each: R would make a matrix of them.
    _tagged(12, "beirut", "إيران", "العراق", authors=("ليلى الحمداني", "سامر"), language="ar", title="عنوان"),
    _tagged(13, "beirut", "إيران", "بيروت", authors=("ليلى الحمداني", "رنا"), language="ar", title="آخر"),
    # Ids that are numbers, and two that would be the same infinite one; titles that are dates, numbers, nothing.
    article(31142, site="calgary", title="2026-11-05", section="007", tags=("2026",), image_url="NA"),
    article(107765, site="calgary", title="1.0", section="008", tags=("true",), description="null"),
    article(79898, site="calgary", title="NA", section="009", tags=("null",), authors=("None",)),
]
_CHANGED = [
    _tagged(4, "alba", "Paris", ids=(), date_published="2026-11-02T08:00:00Z", language="fr", title="Sans l'Iran"),
    _tagged(14, "beirut", "Iran", title="A copy at first", text=article(5).text),
    _tagged(15, "beirut", "Iran", title="A copy for ever", text=article(5).text),
    _tagged(21, "calgary", "Iran", date_published="2026-12-01T00:00:00Z"),
    article(31, site="delta", text=LONG, title='Line\u2028separators\u2029and\x85others \U0001f5de\ufe0f \\ " \x0b'),
    _tagged(TAKEN_DOWN, "delta", "Iran"),
]
_LAST = [
    _tagged(14, "beirut", "Iran", title="No copy any more", text=article(14).text),
    _tagged(1, "alba", "Iran", authors=("Zoé",), date_published="2026-11-01T00:00:00Z", title="Third state"),
]
_RUNS = (
    ("2026-11-01", "a", _FIRST),
    ("2026-11-01", "b", _LATER_THAT_DAY),
    ("2026-11-05", "c", _FILLED),
    ("2026-11-06", "d", _CHANGED),
    ("2026-11-07", "e", _LAST),
)
_NEWER = (_tagged(41, "echo", "Iran"), _tagged(42, "echo", "Iran", date_published="2026-10-01T00:00:00Z"))
_NEWER_FIELDS = {"schema_version": "1.7", "mood": "good", "scores": ["1", "2"]}


def _of_run(given: Article, day: str, letter: str) -> Article:
    run_id = f"{day.replace('-', '')}t061502z-00000{letter}"
    return replace(given, run_id=run_id, crawled_at=f"{day}T06:15:02Z")


def make(folder: Path) -> Storage:
    """Make the archive in a folder, with what the writer, `compact` and `erase` do to one in a week."""
    storage, state = open_storage(str(folder)), folder.with_name(f"{folder.name}-state")
    for day, letter, articles in _RUNS:
        deliver(storage, state, [_of_run(a, day, letter) for a in articles])
        if letter == "b":
            compact(storage)
    Erasure(storage, [], of_url(article(TAKEN_DOWN).url)).carry_out()
    _write_newer(storage)
    parquet.update(storage)
    return storage


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _write_newer(storage: Storage) -> None:
    """Archive what a later minor version would: lines with fields that nobody knows yet, and its own dataset card."""
    articles = [replace(_of_run(a, "2026-11-08", "f"), revision=1) for a in _NEWER]
    records = [{**line.to_mapping(a), **_NEWER_FIELDS} for a in articles]
    origin = Origin(
        writer="wnewer", n=1, previous_sha256="", site="echo", crawl_date="2026-11-08", run_id=articles[0].run_id
    )
    segment = build([_line(r) for r in records], origin)
    storage.put_new(segment.manifest.key, segment.body)
    storage.put_new(manifest_key("2026-11-08", "wnewer", 1), segment.manifest.encode())
    features = "  - name: mood\n    dtype: string\n  - name: scores\n    sequence: string\n---\n# "
    storage.replace("README.md", storage.read("README.md").replace(b"---\n# ", features.encode()))
