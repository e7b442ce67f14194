"""Hostile pages through a worker: each is answered for within the limits of a page, by a record or a refusal."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping

import pytest
from _pytest.mark.structures import ParameterSet

from newsarchive.archive.line import to_mapping
from newsarchive.article import Article, Hints
from newsarchive.errors import NotAnArticleError
from newsarchive.extraction.pool import Limits, Pool
from tests.conftest import slow
from tests.extraction.hostile import contents, markup, metadata
from tests.extraction.hostile.contents import GOOD
from tests.extraction.making import PROSE, page

URL = "https://news.example.org/closed"
LIMITS = Limits(seconds=20, memory_mb=512)
OVER_LIMITS = "extraction-"
PARTS = 50
TABLES: Mapping[str, Mapping[str, Callable[[], bytes]]] = {
    "deep": markup.DEEP,
    "long": markup.LONG,
    "many": markup.MANY,
    "broken": markup.BROKEN,
    "json-ld": metadata.JSON_LD,
    "meta": metadata.METAS,
    "scripts": metadata.SCRIPTS,
    "contents": contents.KINDS,
}
LARGE = {"deep", "long", "many", "json-ld", "meta", "scripts"}
CHINESE = GOOD.replace(PROSE[1].encode(), contents.CHINESE.encode())

Survive = Callable[..., Article | None]


def _cases() -> list[ParameterSet]:
    """Every page of the tables; the large ones are slow."""
    return [
        pytest.param(kind, name, marks=slow if kind in LARGE else (), id=f"{kind}: {name}")
        for kind, table in TABLES.items()
        for name in table
    ]


async def answer(pool: Pool, html: bytes, url: str, hints: Hints) -> Article | str:
    """Return the article on a page, or the reason why there is none."""
    try:
        return await pool.extract(html, url, hints)
    except NotAnArticleError as refused:
        return refused.reason


@pytest.fixture(scope="module")
def survive() -> Iterator[Survive]:
    """A worker asked for the article on a page: None where there is none, an error where the page broke a limit."""
    with asyncio.Runner() as runner:
        pool = Pool(1, LIMITS)

        def ask(html: bytes, charset: str = "", url: str = URL) -> Article | None:
            found = runner.run(answer(pool, html, url, Hints(charset=charset)))
            assert isinstance(found, Article) or not found.startswith(OVER_LIMITS), found
            return found if isinstance(found, Article) else None

        yield ask
        runner.run(pool.close())


@pytest.mark.parametrize(("kind", "name"), _cases())
def test_hostile_page(survive: Survive, kind: str, name: str) -> None:
    """The page breaks no limit, and what it gives can be written."""
    article = survive(TABLES[kind][name]())
    assert article is None or str(to_mapping(article)).encode()


@pytest.mark.parametrize(("html", "charset", "true"), [pytest.param(*case[1:], id=case[0]) for case in contents.lies()])
def test_lying_charset(survive: Survive, html: bytes, charset: str, true: str) -> None:
    """A charset that is not the page's is believed neither in the page nor in the header."""
    for header in ("", charset):
        article = survive(html, header)
        assert article is not None
        assert article.text.startswith(true)


@pytest.mark.parametrize("moment", metadata.MOMENTS, ids=lambda moment: ascii(moment[:40]))
def test_impossible_moment(survive: Survive, moment: str) -> None:
    """What is no date costs at most the date."""
    article = survive(metadata.dated(moment))
    assert article is not None
    assert article.text.endswith("\n".join(PROSE))


@pytest.mark.parametrize("address", metadata.ADDRESSES, ids=lambda address: ascii(address[:40]))
def test_impossible_address(survive: Survive, address: str) -> None:
    """What is no address costs at most the address, whether the page gives it or is found there."""
    for article in (survive(metadata.addressed(address)), survive(GOOD, url=address)):
        assert article is not None
        assert article.title == "The harbour is closed"


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("whole", [GOOD, CHINESE], ids=["English", "Chinese"])
def test_truncated_page(survive: Survive, whole: bytes, part: int) -> None:
    """A page cut anywhere gives what it holds and nothing else."""
    article = survive(whole[: len(whole) * part // PARTS])
    told = "" if article is None else article.text.replace("\n", "")
    assert "".join((PROSE[0], contents.CHINESE if whole is CHINESE else PROSE[1], PROSE[2])).startswith(told)


def test_all_hostile_pages_are_many() -> None:
    """The tables hold what they are to hold."""
    pages = sum(map(len, TABLES.values())) + len(list(contents.lies())) + len(metadata.MOMENTS + metadata.ADDRESSES)
    assert pages + PARTS >= 200


@slow
@pytest.mark.parametrize("unit", ["harbour ", "<p>harbour</p>", "<div>", "&", "港", "\0"])
def test_fifty_megabytes_in_one_line(survive: Survive, unit: str) -> None:
    """What lies beyond the limit is not read."""
    megabytes = int(os.environ.get("NEWSARCHIVE_HOSTILE_MEGABYTES", "50"))
    survive(page(body="<p>" + unit * ((megabytes << 20) // len(unit.encode()))))
