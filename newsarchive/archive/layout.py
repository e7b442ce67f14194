"""Keys of the archive's objects. No page content ever reaches a key."""

import re

from newsarchive.errors import UsageError

ARTICLES = "articles/"
RAW = "raw/"
PARQUET = "parquet/"
PARQUET_COVERAGE = f"{PARQUET}_coverage.json"
PARQUET_REVISED = f"{PARQUET}_revised.json"
HEADS = "_heads.pq"
"""Name of the Parquet file that has the heads of a month's rows; `*.parquet` does not match it."""
MANIFESTS = "manifest/"
RUNS = "runs/"
LEDGER_SUFFIX = ".jsonl"
WRITERS = "writers/"
INDEX = "index/"
_NAME = re.compile(r"[a-z0-9-]+")
_ENTRY = re.compile(rf"{MANIFESTS}crawl_date=\d{{4}}-\d{{2}}-\d{{2}}/(?P<writer>[a-z0-9-]+)-(?P<n>\d{{8,}})\.json")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def name(text: str) -> str:
    """Return text if it may stand in a key (`[a-z0-9-]+`); UsageError if not."""
    if not _NAME.fullmatch(text):
        raise UsageError(f"{text!r} cannot be part of a key: use only a-z, 0-9 and -")
    return text


def _date(text: str) -> str:
    if not _DATE.fullmatch(text):
        raise UsageError(f"{text!r} is no date: write YYYY-MM-DD")
    return text


def segment_key(site: str, crawl_date: str, run_id: str, *, number: int, sha256: str) -> str:
    """Return the key of a segment; its content is part of its name, so a retry cannot overwrite another."""
    return f"{ARTICLES}{_file(site, crawl_date, run_id, number=number, sha256=sha256)}.jsonl.gz"


def raw_key(site: str, crawl_date: str, run_id: str, *, number: int, sha256: str) -> str:
    """Return the key of a segment of fetched pages."""
    return f"{RAW}{_file(site, crawl_date, run_id, number=number, sha256=sha256)}.warc.gz"


def _file(site: str, crawl_date: str, run_id: str, *, number: int, sha256: str) -> str:
    return f"site={name(site)}/crawl_date={_date(crawl_date)}/{name(run_id)}-{number:06d}-{sha256[:16]}"


def manifest_prefix(crawl_date: str) -> str:
    """Return what the keys of a day's manifest entries begin with."""
    return f"{MANIFESTS}crawl_date={_date(crawl_date)}/"


def manifest_key(crawl_date: str, writer: str, number: int) -> str:
    """Return the key of a writer's n-th manifest entry."""
    return f"{manifest_prefix(crawl_date)}{name(writer)}-{number:08d}.json"


def entry_named(key: str) -> tuple[str, int] | None:
    """Return writer and number of the manifest entry with this key; None of what only lies beside them."""
    found = _ENTRY.fullmatch(key)
    return (found["writer"], int(found["n"])) if found else None


def epoch_key(writer: str, epoch: int) -> str:
    """Return the key of the object with which a writer begins an epoch."""
    return f"{WRITERS}{name(writer)}/{epoch:08d}.json"


def run_key(run_id: str) -> str:
    """Return the key of a run's report; a run id begins with its UTC date."""
    return f"{_run_stem(run_id)}.json"


def ledger_key(run_id: str) -> str:
    """Return the key of a run's ledger rows, beside its report."""
    return f"{_run_stem(run_id)}{LEDGER_SUFFIX}"


def _run_stem(run_id: str) -> str:
    day = f"{run_id[:4]}-{run_id[4:6]}-{run_id[6:8]}"
    return f"{RUNS}crawl_date={_date(day)}/{name(run_id)}"


def run_of(key: str) -> str:
    """Return the run id in the key of a report or of ledger rows."""
    return key.rpartition("/")[2].partition(".")[0]


def crawl_date(key: str) -> str:
    """Return the day in a key, `YYYY-MM-DD`, or `""`."""
    found = re.search(r"crawl_date=(\d{4}-\d{2}-\d{2})/", key)
    return found.group(1) if found else ""


def index_key(day: str, sha256: str) -> str:
    """Return the key of a part of the index's snapshot, by the newest day of crawling in it."""
    return f"{INDEX}crawl_date={_date(day)}/{sha256[:32]}.jsonl.gz"
