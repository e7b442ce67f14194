"""What can go wrong, by what the caller does about it.

- NewsarchiveError: carries one sentence for the user and an exit code
    - UsageError (2): correct the command, argument, setting or declaration
    - ArchiveError (4): look at the archive; nothing accepted was lost
        - StorageUnavailableError: try again later, with `newsarchive flush`
        - StorageRefusedError: correct credentials, bucket or permissions, then flush
        - IntegrityError: stop; what is stored is not what was written
        - FencedError: stop; a copy of the state folder writes under the same name
    - AlreadyRunningError (75): wait for the other run
- NotAnArticleError: count the reason, go on to the next page
"""


class NewsarchiveError(Exception):
    """The root: `str(error)` is one sentence for the user, `exit_code` what the process ends with."""

    exit_code = 1


class UsageError(NewsarchiveError):
    """A command, argument, setting or declaration is wrong; the message names it and its value."""

    exit_code = 2


class ArchiveError(NewsarchiveError):
    """The archive could not be written, or is not what it should be."""

    exit_code = 4


class StorageUnavailableError(ArchiveError):
    """The store does not answer now: the same call may succeed later."""


class StorageRefusedError(ArchiveError):
    """The store answers and refuses: credentials, bucket or permissions need correcting first."""


class IntegrityError(ArchiveError):
    """What is stored differs from what was written; no retry mends it."""


class FencedError(ArchiveError):
    """Another copy of the state folder writes to the archive; one of the two needs a name of its own."""


class AlreadyRunningError(NewsarchiveError):
    """Another run holds the lock."""

    exit_code = 75


class NotAnArticleError(NewsarchiveError):
    """A page is no article; `reason` is a short name for the counters, `[a-z0-9-]+`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"not an article: {reason}")
