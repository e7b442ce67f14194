"""The section of an article, from the places publishers name it in."""

from typing import Any

import pytest

from newsarchive.extraction import extract
from tests.extraction.making import news, page

URL = "https://example.com/world/harbour-closed-2026"
TITLE = "The harbour is closed"


def trail(*names: str) -> dict[str, Any]:
    """A BreadcrumbList in a graph with the article."""
    items = [{"@type": "ListItem", "position": n, "name": name} for n, name in enumerate(names, 1)]
    return {"@context": "https://schema.org", "@graph": [news(), {"@type": "BreadcrumbList", "itemListElement": items}]}


def shown(*names: str) -> str:
    """Breadcrumbs as a reader sees them."""
    items = "".join(f'<li><a href="/{n}">{name}</a></li>' for n, name in enumerate(names))
    return f'<header><ol class="breadcrumb">{items}</ol></header>'


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"node": news(articleSection="World")}, "World"),
        ({"node": news(articleSection=["World", "Ports"])}, "World"),
        ({"node": news(articleSection="World,Ports,Trade")}, "World"),
        ({"node": news(articleSection="World, Ports, Trade")}, "World"),
        ({"node": news(articleSection="Waste, Fraud & Abuse")}, "Waste, Fraud & Abuse"),
        ({"head": '<meta property="article:section" content="World">'}, "World"),
        ({"head": '<meta property="article:section" content="https://example.com/world">'}, ""),
        ({"node": trail("Home", "World", "Ports", TITLE)}, "World"),
        ({"node": trail("Startseite", TITLE)}, ""),
        ({"node": trail("example.com", "Welt", TITLE)}, "Welt"),
        ({"before": shown("Accueil", "Monde")}, "Monde"),
        ({"before": shown("Home")}, ""),
        ({"before": shown("World", TITLE)}, "World"),
        ({"before": '<header><span class="kicker">World</span></header>'}, "World"),
        ({"node": trail("Home", "Ports"), "before": shown("Home", "World")}, "Ports"),
        ({}, ""),
    ],
)
def test_section(parts: dict[str, Any], expected: str) -> None:
    """Metadata first, then breadcrumbs below the front page; the page's own title is no section."""
    assert extract(page(**parts), URL).section == expected
