"""Following redirects."""

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware as ScrapyRedirects
from scrapy.http import Response

from newsarchive.crawl.failures import Unfit


class RedirectMiddleware(ScrapyRedirects):
    """Follows redirects; one that leads to what is no address is a failure of the site, not of ours."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]  # Scrapy passes no spider
        """Return the request that a redirect asks for, or any other answer as it is."""
        try:
            return super().process_response(request, response)
        except ValueError as error:
            raise Unfit("bad-redirect") from error
