"""The archive: its layout, its lines and segments, its manifests, and how to read it."""

from newsarchive.archive.reader import Archive

__all__ = ["Archive"]
