"""Crawls to be killed: one warm process that forks a child for each line it reads, whose words are a crawl's.

It speaks as tests.spool.trials.Worker hears; a child need not load anew what takes most of the time of a small crawl.
"""

import os
import shlex
import sys

import scrapy.cmdline  # noqa: F401 - loaded for the children, as the others
import trafilatura  # noqa: F401

from newsarchive.cli import crawl, main  # noqa: F401
from newsarchive.crawl import spider  # noqa: F401
from newsarchive.storage import s3  # noqa: F401


def _crawl(words: list[str]) -> int:
    silent = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(silent, descriptor)
    try:
        return main(["crawl", *words])
    except SystemExit as error:
        return int(error.code or 0)


def serve() -> None:
    """Run as told until standard input ends."""
    for line in sys.stdin:
        if not (pid := os.fork()):
            os._exit(_crawl(shlex.split(line)))
        print(f"pid {pid}", flush=True)
        print(f"ended {os.waitpid(pid, 0)[1]}", flush=True)


if __name__ == "__main__":
    serve()
