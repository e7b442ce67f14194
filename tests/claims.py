"""Tables in documents whose last column names tests: `tests/file.py`, or `tests/file.py::test_name`."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
_ROW = re.compile(r"^\| (.+?) \|(?: .* \|)? (`tests/[^|]+) \|$", re.MULTILINE)
_NAMED = re.compile(r"`(.+?)`")


def claims(text: str) -> list[tuple[str, str]]:
    """Return the first and the last cell of each row that ends in tests."""
    return _ROW.findall(text)


def missing_tests(cell: str, root: Path = ROOT) -> list[str]:
    """Return the tests named in a cell that there are not."""
    return [named for named in _NAMED.findall(cell) if not _exists(root, *named.partition("::")[::2])]


def _exists(root: Path, file: str, function: str) -> bool:
    path = root / file
    if not path.is_file() or not path.name.startswith("test_"):
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return function in names if function else any(name.startswith("test_") for name in names)
