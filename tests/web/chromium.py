"""A headless Chromium, driven through chromedriver's own HTTP interface."""

import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


@dataclass(frozen=True, slots=True)
class Chromium:
    """A session: one window."""

    address: str

    def _ask(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - what a script returns
        request = urllib.request.Request(self.address + path, json.dumps(body).encode())  # noqa: S310 - our own driver
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            return json.loads(answer.read())["value"]

    def open(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""
        self._ask("/url", {"url": url})

    def run(self, script: str) -> Any:  # noqa: ANN401 - as above
        """Return what a script returns, or what its promise comes to."""
        return self._ask("/execute/sync", {"script": script, "args": []})

    def press(self, key: str) -> None:
        """Press and release a key."""
        actions = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._ask("/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def resize(self, width: int, height: int) -> None:
        """Give the window a size."""
        self._ask("/window/rect", {"width": width, "height": height})

    def prefer(self, scheme: str) -> None:
        """Ask pages for `dark` or `light`."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        command = {"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}}
        self._ask("/goog/cdp/execute", command)


@contextmanager
def chromium(folder: Path) -> Iterator[Chromium]:
    """Run a Chromium; skip the test where none is installed."""
    driver, browser = shutil.which("chromedriver"), shutil.which("chromium") or shutil.which("google-chrome")
    if not driver or not browser:
        pytest.skip("chromium and chromedriver are not installed")
    with subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            told = next(line for line in process.stdout if "started successfully" in line)
            (port,) = re.findall(r"on port (\d+)", told)
            base = f"http://127.0.0.1:{port}/session"
            options = {"binary": browser, "args": [*_ARGUMENTS, f"--user-data-dir={folder}"]}
            wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
            request = urllib.request.Request(base, json.dumps(wanted).encode())
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
                session = json.loads(answer.read())["value"]["sessionId"]
            yield Chromium(f"{base}/{session}")
            closing = urllib.request.Request(f"{base}/{session}", method="DELETE")  # noqa: S310 - as above
            urllib.request.urlopen(closing, timeout=30).close()  # noqa: S310 - as above
        finally:
            process.terminate()
