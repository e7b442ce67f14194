"""Small pages for tests, in the shape of real ones."""

import json
from typing import Any

PROSE = (
    (
        "The harbour was closed before dawn, and by noon no ship had moved, said the pilot who has worked "
        "here for thirty years."
    ),
    (
        "Nobody at the ministry would explain the order, which was signed on a Sunday and announced on the "
        "radio an hour later."
    ),
    "Fishermen gathered on the quay with their nets folded, waiting for a word from the captain of the port.",
)


def page(  # noqa: PLR0913 - every part of a page has a default
    *,
    head: str = "",
    before: str = "",
    body: str = "",
    after: str = "",
    title: str = "The harbour is closed",
    lang: str = "en",
    node: dict[str, Any] | str | None = None,
) -> bytes:
    """A page with an article; `node` is its JSON-LD, as an object or as the block's own text."""
    body = body or "".join(f"<p>{prose}</p>" for prose in PROSE)
    block = node if isinstance(node, str) else json.dumps(node) if node else ""
    script = f'<script type="application/ld+json">{block}</script>' if block else ""
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}{script}</head>'
        f'<body><main><article><h1>{title}</h1>{before}<div class="article-body">{body}</div>{after}</article></main>'
        f"</body></html>"
    ).encode()


def news(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    """A JSON-LD NewsArticle."""
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The harbour is closed", **fields}
