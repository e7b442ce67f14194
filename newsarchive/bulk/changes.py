"""What today's extraction makes of an article differently."""

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from newsarchive.article import Article
from newsarchive.dedup import page_fingerprint
from newsarchive.extra import read_extra

COMPARED = (
    "publisher", "title", "description", "section", "authors", "date_published", "date_modified", "date_published_raw",
    "date_precision", "language", "tags", "tag_ids", "text", "word_count", "image_url", "access",
)  # fmt: skip
_CARRIED = (*COMPARED, "fingerprint", "extractor", "field_sources", "raw_ref", "crawled_at", "run_id", "http_status")
_OF_THE_TEXT = frozenset({"repeated", "page_fingerprint", "agencies"})
_MOST_EXAMPLES = 5
_LONGEST_VALUE = 300


def changed_fields(before: Article, after: Article) -> list[str]:
    """Return the names of the extracted fields in which two states of an article differ.

    Lines that were left out because they stand on other articles too are no change: one page does not tell.
    """
    same_text = bool(read_extra(before).repeated) and page_fingerprint(before) == page_fingerprint(after)
    compared = (name for name in COMPARED if not (same_text and name in {"text", "word_count"}))
    return [name for name in compared if getattr(before, name) != getattr(after, name)]


def revised(before: Article, after: Article) -> Article:
    """Return the next revision of an article: what extraction says is new, its identity and labels stay."""
    kept = {k: v for k, v in json.loads(before.extra_json).items() if k not in _OF_THE_TEXT}
    found = json.loads(after.extra_json)
    if "rights" in kept and "rights" in found:  # what the host's files said stands in no stored page
        found["rights"] = kept["rights"] | found["rights"]
    extra = json.dumps(kept | found, ensure_ascii=False, sort_keys=True)
    values = {name: getattr(after, name) for name in _CARRIED}
    return replace(before, revision=before.revision + 1, extra_json=extra, **values)


@dataclass(slots=True)
class Changes:
    """How many articles changed in which field, with examples of each."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def note(self, before: Article, after: Article) -> None:
        """Count the fields in which an article has changed."""
        for name in changed_fields(before, after):
            self.counts[name] += 1
            shown = self.examples.setdefault(name, [])
            if len(shown) < _MOST_EXAMPLES:
                values = {"before": _short(getattr(before, name)), "after": _short(getattr(after, name))}
                shown.append({"id": before.id, "url": before.url, **values})

    def as_dict(self) -> dict[str, Any]:
        """Return the changes as JSON values, the most frequent field first."""
        return {n: {"articles": count, "examples": self.examples[n]} for n, count in self.counts.most_common()}


def _short(value: str | tuple[str, ...] | int) -> Any:  # noqa: ANN401 - a JSON value
    if isinstance(value, tuple):
        return list(value)
    return value[:_LONGEST_VALUE] if isinstance(value, str) else value
