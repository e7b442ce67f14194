"""What makes an archive readable by a stranger: JSON Schema, DuckDB views, dataset card."""

import json
from dataclasses import fields
from typing import Any

from newsarchive.archive.ledger import NO_RUN, ledger_views
from newsarchive.archive.replacements import GENESIS
from newsarchive.archive.tombstones import NOTHING
from newsarchive.article import FIELDS, SCHEMA_VERSION, Article

_JSON: dict[object, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    tuple[str, ...]: {"type": "array", "items": {"type": "string"}},
}
_CARD: dict[object, str] = {str: "dtype: string", int: "dtype: int64", tuple[str, ...]: "sequence: string"}
_DUCKDB: dict[object, str] = {str: "VARCHAR", int: "BIGINT", tuple[str, ...]: "VARCHAR[]"}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of one record, generated from the record class: the authority on the format."""
    properties = {f.name: {**_JSON[f.type], "description": f.metadata["description"]} for f in fields(Article)}
    properties["schema_version"]["const"] = SCHEMA_VERSION
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "newsarchive article",
        "type": "object",
        "properties": properties,
        "required": list(FIELDS),
        "additionalProperties": False,
    }


_NAMES: dict[object, str] = {str: "text", int: "a whole number", tuple[str, ...]: "a list of texts"}
_TYPES = {f.name: f.type for f in fields(Article)}
_MAJOR = SCHEMA_VERSION.partition(".")[0]


def violation(record: object) -> str:
    """Return what keeps a decoded line from being a record of this major version, as a short clause; `""` if nothing.

    The same as the JSON Schema says of this version's records; those of newer minor versions may have more fields.
    """
    if not isinstance(record, dict):
        return "is no JSON object"
    version = record.get("schema_version")
    if not isinstance(version, str) or version.partition(".")[0] != _MAJOR:
        return f"has schema version {version!r}"
    if missing := [name for name in FIELDS if name not in record]:
        return f"lacks {missing[0]}"
    if wrong := [name for name, kind in _TYPES.items() if not _fits(record[name], kind)]:
        return f"has {wrong[0]} that is not {_NAMES[_TYPES[wrong[0]]]}"
    if version == SCHEMA_VERSION and len(record) > len(FIELDS):
        return f"has an unknown field {next(name for name in record if name not in _TYPES)!r}"
    return ""


def _fits(value: object, kind: object) -> bool:
    if kind is str:
        return isinstance(value, str)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def views_sql() -> str:
    """Return DuckDB views over an archive, to be run with the archive's root as the working directory.

    They read the segments that were live when the script was run, and leave out what has been taken down.
    """
    columns = ", ".join(f"'{f.name}': '{_DUCKDB[f.type]}'" for f in fields(Article))
    return f"""-- Run in the archive's root: duckdb -init schema/views.sql
-- The list of segments is as of now: run this again to see what has been archived, merged or taken down since.
-- Days and months are those of UTC, as everywhere in the archive.
SET TimeZone = 'UTC';
SET VARIABLE segments = (
    WITH committed AS (
        SELECT "key" FROM read_json('manifest/*/*.json', columns = {{'key': 'VARCHAR'}})
    ), replaced AS (
        SELECT unnest(replacements, max_depth := 2) FROM read_json('compactions/*.json', columns = {{
            'replacements': 'STRUCT(sources STRUCT("key" VARCHAR)[], result STRUCT("key" VARCHAR))[]'}})
    ), known AS (
        SELECT "key" FROM committed UNION SELECT result."key" FROM replaced WHERE result IS NOT NULL
    )
    SELECT list("key" ORDER BY "key") FROM known WHERE "key" LIKE 'articles/%' AND "key" NOT IN (
        SELECT source."key" FROM (SELECT unnest(sources) AS source FROM replaced)));
CREATE OR REPLACE VIEW tombstones AS
SELECT kind, "value", ids FROM read_json('tombstones/*.json',
    columns = {{'kind': 'VARCHAR', 'value': 'VARCHAR', 'ids': 'VARCHAR[]'}});
CREATE OR REPLACE VIEW articles AS
SELECT * REPLACE (
    TRY_CAST(NULLIF(date_published, '') AS TIMESTAMPTZ) AS date_published,
    TRY_CAST(NULLIF(date_modified, '') AS TIMESTAMPTZ) AS date_modified,
    TRY_CAST(NULLIF(crawled_at, '') AS TIMESTAMPTZ) AS crawled_at)
FROM read_json(getvariable('segments'), format = 'newline_delimited', hive_partitioning = false,
    columns = {{{columns}}})
WHERE id NOT IN (SELECT unnest(ids) FROM tombstones)
    AND site NOT IN (SELECT "value" FROM tombstones WHERE kind = 'site');
CREATE OR REPLACE VIEW latest AS
SELECT * FROM articles QUALIFY row_number() OVER (PARTITION BY id ORDER BY revision DESC) = 1;
CREATE OR REPLACE VIEW article_tags AS
SELECT id, site, date_published, unnest(tags) AS tag FROM latest;
{ledger_views()}"""


def dataset_card() -> str:
    """Return the README of an archive: what it is, and the typed features Hugging Face datasets reads."""
    features = "\n".join(f"  - name: {f.name}\n    {_CARD[f.type]}" for f in fields(Article))
    return f"""---
configs:
- config_name: default
  data_files: articles/*/*/*.jsonl.gz
dataset_info:
  features:
{features}
---
# A newsarchive archive

News articles, one JSON object a line, in gzip-compressed segments under `articles/site=…/crawl_date=…/`.
`schema/article-v1.schema.json` describes each field, `schema/views.sql` opens all of them in DuckDB.
What the files in `manifest/` name is the archive; each entry holds its segment's count, size and SHA-256.
The files in `compactions/` say which segments have since been replaced by which, those in `tombstones/` what has been
taken down. A tool that opens `articles/*/*/*.jsonl.gz` without them may meet an article twice while replaced segments
wait to be deleted (keep one of each `id` and `revision`); `schema/views.sql` and `parquet/` do not have this trouble.
Each line is one state of an article: the highest `revision` of an `id` is the latest. Unknown text is `""`, an unknown
list `[]`. Instants are text in UTC; `tag_ids` such as `country:IQ` stand for tags in any language; `duplicate_of` marks
copies of other articles.
`runs/` has for each crawl a report (`.json`) and the ledger (`.jsonl`): what was found and missed at each site, so
that a gap in the archive is told from silence in the news (views `ledger`, `sites`, `runs`).
The articles belong to their publishers.
"""


def furniture() -> dict[str, bytes]:
    """Return the objects that describe an archive, by key."""
    return {
        "schema/article-v1.schema.json": json.dumps(json_schema(), indent=2).encode() + b"\n",
        "schema/views.sql": views_sql().encode(),
        "README.md": dataset_card().encode(),
        GENESIS.key: GENESIS.encode(),
        NOTHING.key: NOTHING.encode(),
        NO_RUN: b"\n",
    }
