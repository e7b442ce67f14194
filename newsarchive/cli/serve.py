"""Show the archive as a web page, on this machine only."""

import argparse
import socket
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.archive import Archive
from newsarchive.cli import add_archive_arguments, add_state_argument
from newsarchive.errors import UsageError

if TYPE_CHECKING:
    from newsarchive.web.upkeep import State, Upkeep

_EXTRA = "serve needs the extra: pip install 'newsarchive[web]'"
_PORT = 8765


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_archive_arguments(parser)
    add_state_argument(parser)
    parser.add_argument("--port", type=int, default=_PORT, help="port on 127.0.0.1; 0 takes a free one (%(default)s)")
    parser.add_argument(
        "--refresh", type=float, default=60, help="seconds between looks for new articles (%(default)s)"
    )
    parser.add_argument("--index-only", action="store_true", help="bring the index level with the archive, and end")


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted."""
    try:
        import uvicorn  # noqa: F401, PLC0415 - an extra

        from newsarchive.web.store import index_path  # noqa: PLC0415 - as above
        from newsarchive.web.upkeep import Upkeep  # noqa: PLC0415 - as above
    except ImportError as error:
        raise UsageError(f"{_EXTRA} ({error.name} is missing)") from error
    archive = Archive.open(options.uri, endpoint_url=options.endpoint_url)
    path = index_path(archive.storage.uri, state=options.state)
    upkeep = Upkeep(archive, path, seconds=max(1.0, options.refresh), told=_Progress())
    if options.index_only:
        print(f"{upkeep.refresh():,} revisions indexed in {path}")
        return 0
    return _serve(options, upkeep, path, archive.storage.uri)


def _serve(options: argparse.Namespace, upkeep: "Upkeep", path: Path, uri: str) -> int:
    import uvicorn  # noqa: PLC0415 - an extra

    from newsarchive.web.app import make_app  # noqa: PLC0415 - as above
    from newsarchive.web.guard import own_hosts  # noqa: PLC0415 - as above
    from newsarchive.web.questions import Index  # noqa: PLC0415 - as above

    with closing(_listening(options.port)) as listening:
        port = listening.getsockname()[1]
        app = make_app(Index(path), uri=uri, hosts=own_hosts(port), state=lambda: upkeep.state)
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, proxy_headers=False)
        upkeep.start()
        print(f"{uri} is shown at http://127.0.0.1:{port}/ (end with Ctrl-C)", flush=True)
        try:
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            upkeep.stop()
    return 0


def _listening(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        listening.close()
        why = error.strerror.lower() if isinstance(error, OSError) and error.strerror else str(error)
        told = "name another with --port, or 0 for any that is free"
        raise UsageError(f"cannot listen on port {port} of 127.0.0.1: {why}; {told}") from error
    return listening


class _Progress:
    """Tells how far the index is, on a terminal."""

    def __init__(self) -> None:
        self._was = False

    def __call__(self, state: "State") -> None:
        """Tell it."""
        if not sys.stderr.isatty() or not (state.behind or self._was):
            return
        self._was = state.behind
        end = "" if state.behind else "\n"
        print(f"\rindexing: {state.done:,} of {state.total:,} lines", end=end, file=sys.stderr, flush=True)
