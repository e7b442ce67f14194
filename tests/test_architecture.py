"""The rules that hold the parts apart."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "newsarchive").rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_logic_imports_no_adapter_or_declaration(path: Path) -> None:
    """`newsarchive/` imports nothing from `spiders/` or `pipelines/`."""
    assert not {name for name in imports(path) if name.split(".")[0] in ("spiders", "pipelines")}


@pytest.mark.parametrize("package", ["archive", "discovery", "extraction", "raw", "spool", "storage"])
def test_only_the_crawl_knows_scrapy(package: str) -> None:
    """The parts that need no crawl import neither Scrapy nor Twisted."""
    for path in (ROOT / "newsarchive" / package).rglob("*.py"):
        assert not {name for name in imports(path) if name.split(".")[0] in ("scrapy", "twisted")}, path
