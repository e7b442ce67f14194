"""The demo's sites, declared as real ones are; NEWSARCHIVE_DEMO_BASE says where the demo is served."""

import os
from urllib.parse import urlsplit

from newsarchive.crawl.platforms import FMM_BODY, FMM_DROP, FMM_TAGS
from newsarchive.crawl.site import SiteSpider
from newsarchive.demo.content import DemoSite, sites
from newsarchive.errors import UsageError


def _declare(site: DemoSite, base: str) -> type[SiteSpider]:
    listing = "sitemaps" if site.listing == "sitemap" else "feeds"
    declared: dict[str, object] = {
        "__module__": __name__,
        "__doc__": f"{site.publisher}, of the demo.",
        "name": f"demo-{site.name}",
        "publisher": site.publisher,
        "country": "FR",
        "language": site.language,
        "allowed_domains": (urlsplit(base).hostname,),
        listing: (base + site.listing_path,),
        "article_pattern": site.article_pattern,
    }
    if site.shape == "radio":
        declared |= {"body_css": FMM_BODY, "tags_css": FMM_TAGS, "drop": FMM_DROP}
    return type(f"Demo{site.name.title()}Spider", (SiteSpider,), declared)


_base = os.environ.get("NEWSARCHIVE_DEMO_BASE", "")
if not _base:
    raise UsageError("NEWSARCHIVE_DEMO_BASE is not set: these spiders are those of newsarchive demo")
globals().update({spider.__name__: spider for spider in (_declare(site, _base) for site in sites())})
