"""A worker process: reads pages from standard input, writes articles to standard output.

The process that is started imports everything once and forks a child that does the work; when the child ends (its
page took too long, took too much memory or crashed it, or it is due for recycling) the next is forked in
milliseconds. A page that hangs in native code is ended by the kernel (SIGPROF with its default action). What is limited
is CPU time: a busy machine costs no page.

Frames: a request is `!II` lengths, a JSON object `{url, hints}`, the page's bytes; an answer is `!I` length and a
JSON object, `{"article": {...}, "sketch": "…", "lines": {...}}` (the sketch in base64) or `{"rejected": reason}`. The
first answer, `{"ready": true}`, follows the imports.
"""

import argparse
import base64
import gc
import json
import mmap
import os
import resource
import signal
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from newsarchive.archive.line import to_mapping
from newsarchive.dedup import fingerprint
from newsarchive.errors import NotAnArticleError
from newsarchive.traits import traits_of

REQUEST = struct.Struct("!II")
ANSWER = struct.Struct("!I")
_STDIN, _STDOUT, _STDERR = 0, 1, 2
_RECYCLE, _DONE = 10, 0
_SENTENCES = (
    "The harbour office said on Monday that nothing of the kind had been decided, and that it would wait for spring.",
    "Two of the ferries are older than the pier at which they land, and the third has been in dock since September.",
    "A spokesman for the islanders called the answer disappointing; the council meets again in three weeks' time.",
)
_WARM_UP = f"<title>Warm</title><article><h1>Warm</h1>{''.join(f'<p>{s}</p>' for s in _SENTENCES)}</article>".encode()
_GARBAGE_THRESHOLD = 50_000  # pages free their trees by themselves; looking for cycles at 700 objects costs 5 %


def _read(count: int) -> bytes:
    parts = []
    while count:
        part = os.read(_STDIN, min(count, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _answer(message: dict[str, Any], to: int) -> None:
    body = json.dumps(message).encode("ascii")
    view = memoryview(ANSWER.pack(len(body)) + body)
    try:
        while view:
            view = view[os.write(to, view) :]
    except BrokenPipeError:  # the run has ended, and nobody waits for it
        os._exit(_DONE)


def _extract(page: bytes, url: str, hints: dict[str, Any]) -> dict[str, Any]:
    from newsarchive.extraction import extract  # noqa: PLC0415 - after the limits that the parent sets

    try:
        found = extract(page, url, **hints)
        article = replace(found, fingerprint=fingerprint(found.text))
        traits = traits_of(article)
        sketch = base64.b64encode(traits.sketch).decode()
        return {"article": to_mapping(article), "sketch": sketch, "lines": traits.lines}
    except NotAnArticleError as error:
        return {"rejected": error.reason}
    except MemoryError:
        return {"rejected": "extraction-memory"}
    except RecursionError:
        return {"rejected": "extraction-depth"}
    except Exception as error:  # noqa: BLE001 - a page our code cannot bear costs that page, and is counted by the error's name
        return {"rejected": "extraction-error", "error": f"{type(error).__name__}: {error}"[:500]}


def _serve(busy: mmap.mmap, to: int, *, seconds: float, pages: int) -> int:
    """Work until the input ends or recycling is due; return the exit code that says which."""
    for _ in range(pages):
        try:
            header, body = REQUEST.unpack(_read(REQUEST.size))
            request, page = json.loads(_read(header)), _read(body)
        except EOFError:
            return _DONE
        busy[0] = 1
        signal.setitimer(signal.ITIMER_PROF, seconds)
        answer = _extract(page, request["url"], request["hints"])
        signal.setitimer(signal.ITIMER_PROF, 0)
        busy[0] = 0
        _answer(answer, to)
        if answer.get("rejected") == "extraction-memory":
            return _RECYCLE
    return _RECYCLE


def _child(serve: Callable[[], int], memory_mb: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    limit = _virtual_bytes() + (memory_mb << 20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    os._exit(serve())


def _virtual_bytes() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except FileNotFoundError:  # not Linux: the limit then covers the imported libraries too
        return 1 << 30
    return pages * resource.getpagesize()


def _died_of(status: int) -> str:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
        return "extraction-timeout"
    return "extraction-crash"


def _keep_output_to_ourselves() -> int:
    """Return a descriptor for answers; what any library prints goes to standard error instead."""
    answers = os.dup(_STDOUT)
    os.dup2(_STDERR, _STDOUT)
    return answers


def main() -> None:
    """Serve pages until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--memory-mb", type=int, required=True)
    parser.add_argument("--pages", type=int, required=True)
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):  # a whole process group may be told; our input ends in good time
        signal.signal(number, signal.SIG_IGN)
    os.nice(2)
    to = _keep_output_to_ourselves()
    _extract(_WARM_UP, "https://example.org/", {})
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE_THRESHOLD)
    busy = mmap.mmap(-1, 1)
    _answer({"ready": True}, to)
    while True:
        pid = _child(lambda: _serve(busy, to, seconds=options.seconds, pages=options.pages), options.memory_mb)
        _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _DONE:
            return
        if busy[0]:
            busy[0] = 0
            _answer({"rejected": _died_of(status)}, to)


if __name__ == "__main__":
    main()
