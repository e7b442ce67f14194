"""What the declarations of sites say about a page that is not being crawled now."""

import os

from newsarchive.article import ArticleLink, Hints
from newsarchive.crawl.generic import GenericSpider
from newsarchive.crawl.process import loaded_sites
from newsarchive.rights.optout import OptOut
from newsarchive.rights.policy import Policy
from newsarchive.urls import site_name


class Declarations:
    """The declared sites, and the generic one for every other."""

    def __init__(self) -> None:
        self._sites = {name: cls(name) for name, cls in loaded_sites().items()}
        self._other = GenericSpider("other")
        self._policy = Policy.parse(os.environ.get("NEWSARCHIVE_OBEY") or "")
        self._opt_out = OptOut.read(os.environ.get("NEWSARCHIVE_OPT_OUT") or "")

    def site_of(self, url: str) -> str:
        """Return the name of the site that an address belongs to: a declared one's, or one made of the host."""
        declared = (site.site_of(url) for site in self._sites.values())
        return next(filter(None, declared), "") or site_name(_root(url))

    def hints(self, site: str, link: ArticleLink, url: str) -> Hints:
        """Return what is known about a page beside its bytes."""
        spider = self._sites.get(site) or self._other
        return spider.hints(site, link, url)

    def policy(self, site: str) -> Policy:
        """Return what of the publisher's signals is obeyed at a site."""
        declared = self._sites[site].declared_policy() if site in self._sites else None
        return declared or self._policy

    def is_opted_out(self, url: str) -> bool:
        """Tell whether an address is on the opt-out list."""
        return self._opt_out.covers(url)


def _root(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/"
