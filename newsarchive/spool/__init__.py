"""The spool: the local log in front of the archive, with the seen index in the same transactions."""

from newsarchive.spool.acceptance import Submission
from newsarchive.spool.spool import Spool

__all__ = ["Spool", "Submission"]
