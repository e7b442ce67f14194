"""The snippets of docs/reading.md, and running them as a reader of that page would.

The words after a block's language name its reader and where it works: `folder` as it stands; `s3` with the bucket's
address in place of the folder's; `pulled` and `copied` with that of a copy made by the page's own commands, of the
archive or of its sidecar; `bucket` as it stands, for a bucket. A block `then` goes on where `folder` and `bucket`
begin. `parquet` reads the sidecar.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"
FOLDER, BUCKET, COPY = "demo-archive", "s3://my-bucket/news", "copy"
PLACES = {"folder": FOLDER, "s3": BUCKET, "pulled": COPY, "copied": COPY, "bucket": BUCKET}
OWN = {"newsarchive": True, "archive": True, "sql": True, "commands": False, "tables": False}
"""Our own readers; whether their snippets answer the page's four questions."""
COPYING = {"pulled": "pull", "copied": "rclone"}
_BLOCK = re.compile(r"^```(\w+) ([\w -]+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_INTERPRETERS = {"python": [sys.executable], "sh": ["bash", "-euo", "pipefail"], "r": ["Rscript"]}
_NUMBER = re.compile(r"(?<![\w.-])\d+(?![\w.-])")
_SECONDS = 600
_SPARK = {
    "SPARK_LOCAL_IP": "127.0.0.1",
    "PYSPARK_SUBMIT_ARGS": "--conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=2 pyspark-shell",
    "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
"""A machine made for small data: nothing listens, and a run takes half as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """What is to be run: a reader's code, for a place (a key of `PLACES`), of the lines or of the Parquet sidecar."""

    reader: str
    language: str
    place: str
    parquet: bool
    code: str

    @property
    def name(self) -> str:
        """What the test is called."""
        return "-".join([self.reader, self.place, *["parquet"] * self.parquet])

    @property
    def is_local(self) -> bool:
        """Tell whether it reads a folder that was there before."""
        return self.place == "folder"

    def run(self, folder: Path) -> str:
        """Return what it prints when run in a folder."""
        script = folder / f"{self.name}.{self.language}"
        script.write_text(self.code, encoding="utf-8")
        done = subprocess.run(
            [*_INTERPRETERS[self.language], script.name],
            cwd=folder,
            env=_environment(folder),
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=_SECONDS,
        )
        assert done.returncode == 0, f"{self.name}:\n{self.code}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def counts(self, folder: Path) -> list[int]:
        """Return the four numbers that it prints last when run in a folder."""
        return [int(text) for text in _NUMBER.findall(self.run(folder))][-4:]


def _environment(folder: Path) -> dict[str, str]:
    """Return the test's own, with this Python's commands first, and caches that end with it."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    caches = {"XDG_CACHE_HOME": str(folder / "cache"), "HF_HOME": str(folder / "cache" / "hf")}
    quiet = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_DISABLE_TELEMETRY": "1", "RCLONE_CONFIG": os.devnull}
    return {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", **caches, **quiet, **_SPARK}


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of the page."""

    language: str
    words: tuple[str, ...]
    code: str


def blocks() -> list[Block]:
    """Return the blocks of the page that name a reader."""
    found = _BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    return [Block(language, tuple(words.split()), code) for language, words, code in found]


def snippets() -> list[Snippet]:
    """Return every snippet of the page for every place it says it works in."""
    page = blocks()
    return [_snippet(block, place, page) for block in page for place in block.words[1:] if place in PLACES]


def _snippet(block: Block, place: str, page: list[Block]) -> Snippet:
    reader = block.words[0]
    rest = "".join(b.code for b in page if b.words == (reader.partition("-")[0], "then"))
    code = block.code.replace(FOLDER, PLACES[place])
    parquet = "parquet" in block.words
    return Snippet(
        reader=reader, language=block.language, place=place, parquet=parquet, code=code if parquet else code + rest
    )
