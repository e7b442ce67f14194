"""What a host's answer to a request for tdmrep.json or ai.txt means."""

import pytest
from scrapy.http import Response

from newsarchive.crawl.rights import as_answered
from newsarchive.spool.origins import OriginFile

URL = "https://news.example/ai.txt"
KNOWN = OriginFile(url=URL, fetched_at=1.0, etag='"1"', last_modified="then", body=b"known")


@pytest.mark.parametrize(
    ("status", "body", "expected", "is_kept"),
    [
        (200, b"new", b"new", True),
        (200, b"", b"", True),
        (200, b"x" * (513 << 10), b"", True),
        (304, b"", b"known", True),
        (404, b"not found", b"", True),
        (410, b"", b"", True),
        (403, b"forbidden", b"", True),
        (204, b"", b"known", False),
        (302, b"", b"known", False),
        (429, b"", b"known", False),
        (500, b"", b"known", False),
        (503, b"", b"known", False),
    ],
)
def test_answers(status: int, body: bytes, expected: bytes, is_kept: bool) -> None:  # noqa: FBT001 - the expected value
    """A new file, the same, or none is remembered for a day; where the host does not tell, what was known holds."""
    found = as_answered(KNOWN, Response(URL, status=status, body=body, headers={"ETag": '"2"'}))
    assert found.body == expected
    assert (found is not KNOWN, found.fetched_at > 1.0) == (is_kept, is_kept)
    assert found.etag == {200: '"2"', 404: "", 410: "", 403: ""}.get(status, '"1"')
