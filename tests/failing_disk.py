"""Run a module as `python -m` does, on a disk whose fsync fails from some moment on.

Arguments: the path of a file, a module, its arguments. From when the file is there, the kernel answers fsync and
fdatasync of every thread with EIO, by a seccomp filter.
"""

import ctypes
import errno
import platform
import runpy
import subprocess
import sys
import threading
import time
from pathlib import Path

_NUMBERS = {"x86_64": (74, 75, 317), "aarch64": (82, 83, 277)}  # of fsync, fdatasync and seccomp
_NO_NEW_PRIVILEGES = 38
_SET_FILTER, _ALL_THREADS = 1, 1
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000 | errno.EIO


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_so", ctypes.c_ubyte),
        ("if_not", ctypes.c_ubyte),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def fail_fsync() -> None:
    """Let every fsync of this process fail for good; OSError where the kernel does not filter."""
    fsync, fdatasync, seccomp = _NUMBERS[platform.machine()]
    steps = (_Step * 5)(
        _Step(_LOAD, 0, 0, 0),
        _Step(_IF_EQUAL, 2, 0, fsync),
        _Step(_IF_EQUAL, 1, 0, fdatasync),
        _Step(_RETURN, 0, 0, _ALLOW),
        _Step(_RETURN, 0, 0, _FAIL),
    )
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if library.syscall(seccomp, _SET_FILTER, _ALL_THREADS, ctypes.byref(_Program(5, steps))):
        raise OSError(ctypes.get_errno(), "system calls cannot be filtered here")


def is_possible() -> bool:
    """Tell whether the kernel filters system calls, by trying it in a process of its own."""
    if platform.machine() not in _NUMBERS or sys.platform != "linux":
        return False
    code = "from tests.failing_disk import fail_fsync; fail_fsync()"
    root = Path(__file__).parents[1]
    return not subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=False).returncode


def _wait(told: Path) -> None:
    while not told.exists():
        time.sleep(0.005)
    fail_fsync()
    told.unlink()


def main(told: str, module: str) -> None:
    """Run the module."""
    threading.Thread(target=_wait, args=(Path(told),), daemon=True).start()
    sys.argv = sys.argv[2:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
