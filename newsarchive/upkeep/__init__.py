"""Keeping an archive: verify, repair, compact, erase."""
