"""Your own dependable archive of international news."""

__version__ = "0.1.0"
