"""A parsed page with what every field reads: meta elements, links, JSON-LD, address and hints."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import urljoin, urlsplit

import tldextract
from lxml import etree
from lxml.html import HtmlElement

from newsarchive.article import Hints
from newsarchive.extraction import jsonld, publishers
from newsarchive.extraction.decode import decode
from newsarchive.extraction.parse import parse
from newsarchive.extraction.strings import marks, plain, squeeze, told

# Only the list shipped with the package is used: extraction never touches the network.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


_BOXES = (
    "div", "section", "aside", "ul", "ol", "li", "dl", "p", "span", "a", "figure", "figcaption", "header",
    "footer", "nav", "form", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "td", "details", "address", "cite",
    "strong", "em", "b", "small", "time", "article",
)  # fmt: skip
_HEADLINE = 10


_PROPERTIES = etree.XPath("//*[@itemprop or (@property and not(self::meta))]")


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page, parsed once; its tree is still as the publisher sent it."""

    url: str
    hints: Hints
    tree: HtmlElement
    size: int
    thorough: bool = False

    @cached_property
    def metas(self) -> Mapping[str, tuple[str, ...]]:
        """Contents of the meta elements by lower-case name, property or itemprop, in page order."""
        found: dict[str, list[str]] = {}
        for element in self.tree.iter("meta"):
            content = plain(element.get("content"))
            for attribute in ("name", "property", "itemprop", "http-equiv"):
                if content and (name := element.get(attribute)):
                    found.setdefault(name.strip().casefold(), []).append(content)
        return {name: tuple(contents) for name, contents in found.items()}

    @cached_property
    def nodes(self) -> tuple[jsonld.Node, ...]:
        """Every typed JSON-LD node."""
        return jsonld.read(self.tree)

    @cached_property
    def article(self) -> jsonld.Node:
        """The JSON-LD node of this page's article, or an empty one."""
        headline = self.meta("og:title") or (self.headings[0] if self.headings else "")
        return jsonld.article(self.nodes, headline=squeeze(headline), url=self.url)

    @cached_property
    def outlet(self) -> publishers.Outlet:
        """The outlet, as the page and the site's declaration name it."""
        return publishers.Outlet(
            publishers.candidates(
                declared=self.hints.publisher,
                metas=self.metas,
                article=self.article,
                nodes=self.nodes,
                domain=self.domain,
            )
        )

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """The texts of the first h1 elements."""
        texts = (told(element) for element in self.tree.iter("h1"))
        return tuple(text for _, text in zip(range(8), filter(None, texts), strict=False))

    @cached_property
    def headline(self) -> HtmlElement | None:
        """The first heading that the document's title or OpenGraph's holds, else the first h1 with a text."""
        keys = (squeeze(self.meta("og:title")), squeeze(self.tree.findtext(".//title") or ""))
        fallback = None
        for element in self.tree.iter("h1", "h2", "h3"):
            text = squeeze(str(element.text_content()))
            if len(text) >= _HEADLINE and any(text in key for key in keys):
                return element
            if fallback is None and element.tag == "h1" and text:
                fallback = element
        return fallback

    @cached_property
    def named(self) -> tuple[tuple[HtmlElement, str], ...]:
        """The elements of the body that carry names, with their names, in page order."""
        return tuple((e, names) for e in self.tree.iter(*_BOXES) if (names := marks(e)))

    @cached_property
    def properties(self) -> tuple[tuple[HtmlElement, frozenset[str]], ...]:
        """The elements with microdata or RDFa, with their properties in lower case and without prefixes."""
        return tuple((e, _properties(e.get("itemprop"), e.get("property"))) for e in _PROPERTIES(self.tree))

    @cached_property
    def domain(self) -> str:
        """The registrable domain of the page's address, or its host."""
        return registrable(self.url)

    def meta(self, *names: str) -> str:
        """The first content of the first of these names that has one."""
        return next((self.metas[name][0] for name in names if name in self.metas), "")

    def absolute(self, link: str) -> str:
        """A link of the page as an absolute http(s) address, or nothing."""
        try:
            joined = urljoin(self.url, link.strip())
            parts = urlsplit(joined)
        except ValueError:
            return ""
        return joined if parts.scheme in {"http", "https"} and parts.hostname else ""


def read(html: bytes, url: str, hints: Hints, *, thorough: bool = False) -> Page:
    """A page from its bytes.

    Raises:
        NotAnArticleError: the bytes hold no HTML.
    """
    text = decode(html, hints.charset)
    return Page(url=url, hints=hints, tree=parse(text), size=len(text), thorough=thorough)


@lru_cache(maxsize=1024)
def _properties(*named: str | None) -> frozenset[str]:
    names = " ".join(filter(None, named)).casefold().split()
    return frozenset(name.rpartition(":")[2] for name in names)


def registrable(url: str) -> str:
    """The registrable domain of an address, else its host, else nothing."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return _suffixes.extract_str(host).top_domain_under_public_suffix or host
