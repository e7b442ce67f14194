"""What a record keeps in `extra_json`: the lines that were left out of its text, and the text's identity with them."""

import json
from dataclasses import dataclass

from newsarchive.article import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """The part of `extra_json` that this package reads.

    `page_fingerprint` is the fingerprint of the text with the `repeated` lines, which stand on other articles of the
    site too; both are empty where nothing was left out.
    """

    page_fingerprint: str = ""
    repeated: tuple[str, ...] = ()

    def encode(self) -> str:
        """Return it as a JSON object."""
        return json.dumps({"page_fingerprint": self.page_fingerprint, "repeated": self.repeated}, ensure_ascii=False)


def read_extra(article: Article) -> Extra:
    """Return what an article's `extra_json` says; nothing where that is not ours."""
    if article.extra_json == "{}":
        return Extra()
    found = json.loads(article.extra_json)
    lines = found.get("repeated")
    fingerprint = found.get("page_fingerprint")
    return Extra(
        page_fingerprint=fingerprint if isinstance(fingerprint, str) else "",
        repeated=tuple(line for line in lines if isinstance(line, str)) if isinstance(lines, list) else (),
    )
