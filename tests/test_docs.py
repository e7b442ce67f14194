"""What the README promises."""

import re
from pathlib import Path

import pytest

from newsarchive import settings
from newsarchive.cli import COMMANDS
from newsarchive.crawl.site import SiteSpider

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OWN = sorted(name for name in dir(settings) if name.startswith("NEWSARCHIVE_"))


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_documented(command: str) -> None:
    """The README shows each command."""
    assert f"newsarchive {command}" in README


@pytest.mark.parametrize("name", OWN)
def test_every_setting_is_documented(name: str) -> None:
    """The README's table has each setting of our own."""
    assert f"`{name}`" in README


def test_the_example_of_a_site_is_a_valid_declaration() -> None:
    """The README's spider can be saved as it stands."""
    (example,) = (block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "SiteSpider" in block)
    names: dict[str, object] = {"__name__": "example"}
    exec(compile(example, "README.md", "exec"), names)  # noqa: S102 - our own README
    spider = names["DwSpider"]
    assert isinstance(spider, type)
    assert issubclass(spider, SiteSpider)


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_every_link_leads_somewhere(link: str) -> None:
    """Relative links in the README name files of the project."""
    assert (ROOT / link).exists()
