"""Bodies as they were before the server packed them, within bounds."""

import traceback
from itertools import chain

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newsarchive.crawl.failures import TOO_LARGE, Unfit

_MOST_CODINGS = 3


class UnpackingMiddleware(HttpCompressionMiddleware):
    """Unpacks gzip, deflate, Brotli and Zstandard up to DOWNLOAD_MAXSIZE.

    A body that is larger fails as `too-large`, one that is damaged or packed more than three times as `coding`.
    What was unpacked by then is let go at once: a failure keeps its traceback, and that the half-unpacked body.
    """

    def process_response(  # type: ignore[override]  # Scrapy's spider argument is deprecated
        self, request: Request, response: Response
    ) -> Request | Response:
        """Return the response unpacked."""
        if _codings(response) > _MOST_CODINGS:
            raise Unfit("coding")
        try:
            return super().process_response(request, response)
        except Exception as error:  # noqa: BLE001 - each decoder has errors of its own
            reason = TOO_LARGE if isinstance(error, IgnoreRequest) else "coding"
            _let_go(error)
        raise Unfit(reason)


def _codings(response: Response) -> int:
    listed = response.headers.getlist("Content-Encoding")
    return sum(1 for _ in chain.from_iterable(value.split(b",") for value in listed))


def _let_go(error: BaseException | None) -> None:
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
