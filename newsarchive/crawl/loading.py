"""Which spiders there are: those of the project folder, and the sites that come with newsarchive."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

from scrapy import Spider
from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.spider import iter_spider_classes

import newsarchive
from newsarchive.environment import project_folder
from newsarchive.errors import UsageError

_PACKAGES = ("spiders", "pipelines")


def bundled() -> Path:
    """Return the folder of the spiders and pipelines that come with newsarchive: a checkout's, or in the package."""
    package = Path(newsarchive.__file__).resolve().parent
    for root in (package.parent, package / "project"):
        if (root / "scrapy.cfg").is_file() and (root / "spiders").is_dir():
            return root
    raise UsageError("the sites that come with newsarchive are missing: install it again")


def find_project() -> None:
    """Make `spiders` and `pipelines` importable: the project folder's modules, then the bundled ones not among them."""
    roots = dict.fromkeys(filter(None, (project_folder(), bundled())))
    sys.path.extend(str(root) for root in roots if str(root) not in sys.path)
    for name in _PACKAGES:
        importlib.import_module(name).__path__ = [str(root / name) for root in roots if (root / name).is_dir()]


class Loader(SpiderLoader):
    """Scrapy's spider loader, in which the project's sites stand before bundled ones of the same name.

    Raises:
        UsageError: a module cannot be imported, or two of them declare one name.
    """

    def __init__(self, settings: BaseSettings) -> None:
        find_project()
        self._folder = project_folder() or bundled()
        self._own: set[str] = set()
        super().__init__(settings)

    @property
    def own(self) -> list[str]:
        """The names of all spiders but the bundled ones; of those where there is no project folder."""
        return sorted(self._own)

    def _load_all_spiders(self) -> None:
        try:
            super()._load_all_spiders()
        except (ImportError, SyntaxError) as error:
            where = getattr(error, "filename", "") or getattr(error, "name", "") or ", ".join(self.spider_modules)
            raise UsageError(f"the spiders cannot be loaded: {where}: {type(error).__name__}: {error}") from error

    def _load_spiders(self, module: ModuleType) -> None:
        own = self._folder == bundled() or not Path(module.__file__ or "").is_relative_to(bundled() / "spiders")
        for cls in iter_spider_classes(module):
            if own:
                self._add(cls)
            else:
                self._spiders.setdefault(cls.name, cls)

    def _add(self, cls: type[Spider]) -> None:
        if cls.name in self._own:
            modules = sorted({self._spiders[cls.name].__module__, cls.__module__})
            raise UsageError(f"two spiders are called {cls.name!r} (in {' and '.join(modules)}): rename one")
        self._own.add(cls.name)
        self._spiders[cls.name] = cls
