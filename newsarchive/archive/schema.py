"""What makes an archive readable by a stranger: JSON Schema, DuckDB views, dataset card."""

import json
from dataclasses import fields
from typing import Any

from newsarchive.archive.ledger import ledger_views
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


def views_sql() -> str:
    """Return DuckDB views over an archive, to be run with the archive's root as the working directory."""
    columns = ", ".join(f"'{f.name}': '{_DUCKDB[f.type]}'" for f in fields(Article))
    return f"""-- Run in the archive's root: duckdb -init schema/views.sql
CREATE OR REPLACE VIEW articles AS
SELECT * REPLACE (
    TRY_CAST(NULLIF(date_published, '') AS TIMESTAMPTZ) AS date_published,
    TRY_CAST(NULLIF(date_modified, '') AS TIMESTAMPTZ) AS date_modified,
    TRY_CAST(NULLIF(crawled_at, '') AS TIMESTAMPTZ) AS crawled_at)
FROM read_json('articles/*/*/*.jsonl.gz', format = 'newline_delimited', hive_partitioning = false,
    columns = {{{columns}}});
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
    }
