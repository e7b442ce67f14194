"""The spool: the local log in front of the archive, with the seen index in the same transactions."""

from newsarchive.spool.spool import Spool, Submission

__all__ = ["Spool", "Submission"]
