"""Writing a site's declaration, and the folder that tests it."""

import json
import re
from dataclasses import asdict
from pathlib import Path

from newsarchive.archive import layout
from newsarchive.crawl import declaration
from newsarchive.errors import UsageError
from newsarchive.survey.look import Example
from newsarchive.survey.proposal import Proposal

_EXPECTED = (
    "url",
    "site",
    "title",
    "description",
    "section",
    "authors",
    "date_published",
    "language",
    "tags",
    "text",
)
_WIDTH = 116


def source(proposal: Proposal) -> str:
    """Return the module that declares a site.

    Everything that a page has said is written as a literal: it cannot become code.

    Raises:
        UsageError: an attribute is malformed, such as a name that is no short name.
    """
    declared = {name: value for name, value in asdict(proposal).items() if value}
    declaration.check(declared, where=f"the declaration of {proposal.name}")
    lines = "\n".join(f"    {name} = {_literal(name, value)}" for name, value in declared.items())
    domain = proposal.allowed_domains[0]
    return (
        f'"""Articles of {domain}."""\n\n'
        "from newsarchive.crawl.site import SiteSpider\n\n\n"
        f"class {_class_name(proposal.name)}(SiteSpider):\n"
        f'    """The site at {domain}."""\n\n{lines}\n'
    )


def _literal(name: str, value: str | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        items = [json.dumps(item, ensure_ascii=False) for item in value]
        line = f"({', '.join(items)}{',' if len(items) == 1 else ''})"
        folded = "".join(f"        {item},\n" for item in items)
        return line if len(line) + len(name) < _WIDTH - 7 else f"(\n{folded}    )"
    if name == "article_pattern" and '"' not in value and not value.endswith("\\"):
        return f'r"{value}"'
    return json.dumps(value, ensure_ascii=False)


def _class_name(name: str) -> str:
    words = "".join(word.title() for word in re.split(r"[^a-z0-9]+", name))
    return f"{'Site' if words[:1].isdigit() else ''}{words}Spider"


def write(proposal: Proposal, example: Example, root: Path) -> tuple[Path, Path]:
    """Write the declaration and the folder with the example's page and record; return both paths.

    Raises:
        UsageError: the site is declared already, or the folders cannot be written to.
    """
    module = root / "spiders" / f"{layout.name(proposal.name)}.py"
    folder = root / "tests" / "sites" / proposal.name
    if taken := next((path for path in (module, folder) if path.exists()), None):
        raise UsageError(f"{taken} exists: give the site another --name, or remove it first")
    text = source(proposal)
    try:
        module.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(parents=True)
        (folder / "page.html").write_bytes(example.page)
        (folder / "expected.json").write_text(_expected(proposal, example), encoding="utf-8")
        module.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write to {root}: {error.strerror}") from error
    return module, folder


def _expected(proposal: Proposal, example: Example) -> str:
    record = {**asdict(example.article), "site": proposal.name}
    return json.dumps({name: record[name] for name in _EXPECTED}, ensure_ascii=False, indent=2) + "\n"
