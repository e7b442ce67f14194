"""Nothing in our code runs what it has read, but for the few places that are named here with their reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("newsarchive", "spiders", "pipelines")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
MODULES = frozenset({
    "pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "dbm", "code", "codeop",
    "runpy", "imp", "pty", "commands", "ctypes", "cffi", "jsonpickle", "xml", "xmlrpc", "yaml", "ruamel", "subprocess",
    "multiprocessing",
})  # fmt: skip
CALLS = frozenset({
    "eval", "exec", "compile", "__import__", "execfile", "breakpoint", "mktemp", "tempnam", "import_module",
    "spec_from_file_location", "exec_module", "load_module", "literal_eval", "ProcessPoolExecutor",
    "create_subprocess_exec", "create_subprocess_shell", "getstatusoutput", "read_pickle", "to_pickle", "load_object",
})  # fmt: skip
OF_OS = ("system", "popen", "exec", "spawn", "posix_spawn")
PARSERS = frozenset({"XMLParser", "XMLPullParser", "iterparse", "XSLT", "XInclude"})
OF_OTHERS = frozenset({"re.compile", "regex.compile"})
DANGEROUS_WORDS = frozenset({"shell", "allow_pickle", "resolve_entities", "load_dtd", "huge_tree"})
KNOWN = {
    ("newsarchive/extraction/pool.py", "create_subprocess_exec"): "our own worker, by a fixed module name, no shell",
    ("newsarchive/cli/demo.py", "subprocess"): "our own command by the running interpreter, no shell",
    ("newsarchive/cli/__init__.py", "import_module"): "the name comes from our own table of commands",
    ("newsarchive/cli/sql.py", "import_module"): "the constant `readline`",
    ("newsarchive/archive/frames.py", "import_module"): "our own names of optional packages",
    ("newsarchive/crawl/loading.py", "import_module"): "the operator's settings name where the spiders are",
    ("newsarchive/neardup/clusters.py", "multiprocessing"): "pickles pass between our own processes by a private pipe",
    ("newsarchive/neardup/clusters.py", "ProcessPoolExecutor"): "as above",
}


def found_in(source: str) -> Iterator[str]:
    """Yield what in a source could run what it reads, by name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (root for alias in node.names if (root := alias.name.split(".")[0]) in MODULES)
        elif isinstance(node, ast.ImportFrom):
            yield from _imported(node)
        elif isinstance(node, ast.Call):
            yield from _called(node)
        elif isinstance(node, ast.keyword):
            yield from _told(node)


def _imported(node: ast.ImportFrom) -> Iterator[str]:
    root = (node.module or "").split(".")[0]
    if not node.level and root in MODULES:
        yield root
    yield from (alias.name for alias in node.names if root == "os" and alias.name.startswith(OF_OS))
    yield from (alias.name for alias in node.names if alias.asname and alias.name in CALLS)


def _called(node: ast.Call) -> Iterator[str]:
    whole = ast.unparse(node.func)
    name = whole.rpartition(".")[2]
    if (name in CALLS and whole not in OF_OTHERS) or (whole.startswith("os.") and name.startswith(OF_OS)):
        yield name
    if name in PARSERS and "resolve_entities" not in {given.arg for given in node.keywords}:
        yield name
    if whole in {"etree.fromstring", "etree.XML", "etree.parse"} and len(node.args) + len(node.keywords) < 2:
        yield f"{name} without a parser"


def _told(node: ast.keyword) -> Iterator[str]:
    if node.arg in DANGEROUS_WORDS and not (isinstance(node.value, ast.Constant) and node.value.value is False):
        yield f"{node.arg}={ast.unparse(node.value)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_read_is_run(path: Path) -> None:
    """No pickles, no evaluation, no shell, no parser of XML that follows entities."""
    name = str(path.relative_to(ROOT))
    found = set(found_in(path.read_text(encoding="utf-8")))
    assert {what for what in found if (name, what) not in KNOWN} == set()


def test_every_exception_is_still_needed() -> None:
    """What is named here is there."""
    there = {(file, what) for file, _ in KNOWN for what in found_in((ROOT / file).read_text(encoding="utf-8"))}
    assert set(KNOWN) - there == set()


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from marshal import loads",
        "import xml.etree.ElementTree as ET",
        "from xml.dom import minidom",
        "eval(text)",
        "builtins.exec(text)",
        "compile(text, 'x', 'exec')",
        "__import__(name)",
        "import os; os.system(text)",
        "from os import popen",
        "os.execvp(a, b)",
        "import subprocess",
        "run(text, shell=True)",
        "run(text, shell=wanted)",
        "tempfile.mktemp()",
        "import yaml",
        "numpy.load(file, allow_pickle=True)",
        "etree.XMLParser(resolve_entities=True)",
        "etree.XMLParser(load_dtd=True)",
        "etree.XMLParser(recover=True)",
        "etree.fromstring(body)",
        "from importlib import import_module as take",
        "pandas.read_pickle(file)",
    ],
)
def test_the_look_finds(source: str) -> None:
    """What is looked for, in every way of writing it."""
    assert list(found_in(source))


@pytest.mark.parametrize(
    "source",
    ["re.compile(text)", "etree.XMLParser(resolve_entities=False)", "os.execute_nothing", "from .pickle import x"],
)
def test_the_look_passes(source: str) -> None:
    """What is none of it."""
    assert not list(found_in(source))
