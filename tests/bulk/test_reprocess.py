"""Extracting stored pages again as a user does."""

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import Archive
from newsarchive.article import Article, ArticleLink
from newsarchive.dedup import identify
from newsarchive.extraction import extract
from newsarchive.extraction.record import EXTRACTOR
from newsarchive.raw.capture import Capture, pack
from newsarchive.spool import Spool, Submission, acceptance
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.seen import Seen
from newsarchive.storage.folder import FolderStorage
from newsarchive.urls import url_key
from tests.bulk.making import address, articles_of, command, objects, page, report
from tests.raw.conftest import referred
from tests.spool.conftest import check_archive

OLD = "newsarchive/0.0.1 trafilatura/1.0.0"
DAY = "2026-11-20T06:00:00Z"


def crawled(n: int, *, body: bytes = b"", at: str = DAY, **wrong: object) -> tuple[Article, Capture]:
    """Return the n-th article as an old extractor made it of its page, with some fields wrong, and the page."""
    html = body or page(n)
    link = ArticleLink(url=address(n), via="feed")
    capture = Capture(
        url=address(n),
        site="canal-example",
        run_id="20261120t060000z-aaaaaa",
        fetched_at=at,
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=html,
        asked=(),
        link=link,
    )
    made = replace(
        extract(html, address(n)),
        canonical_url=address(n),
        site=capture.site,
        crawled_at=at,
        run_id=capture.run_id,
        discovered_via="feed",
        http_status=200,
        extractor=OLD,
    )
    return identify(replace(made, fingerprint="", **wrong)), capture  # type: ignore[arg-type]  # fields of an article


def seen(url: str) -> Seen:
    """Return what a crawl remembers of an address."""
    return Seen(url_key=url_key(url), id="", etag='"1"', first_at=1.0, checked_at=2.0)


def archive_them(archive: Path, articles: Iterable[tuple[Article, Capture]], rejected: Iterable[Capture] = ()) -> None:
    """Archive articles with their pages, and pages that gave none, as crawls did."""
    with closing(Spool(archive.with_name("archive-state"))) as spool:
        spool.bind(str(archive))
        for article, capture in articles:
            spool.accept([Submission(article=article, seen=(seen(article.url),), page=pack(capture))])
        for capture in rejected:
            page_ = pack(capture)
            kept = partial(acceptance.remember, seen=seen(capture.url), page=page_, reason="rejected/no-body")
            spool.write([kept])
        Delivery(spool, FolderStorage(archive)).deliver()


def again(archive: Path, *words: str) -> int:
    """Reprocess everything."""
    return command("reprocess", "--since", "2026-11-01", "--uri", archive, *words)


def test_what_extraction_now_finds_differently_becomes_a_revision(workers: Path) -> None:
    """By whichever field, with the new extractor's name; the old state stays, and so does what did not change."""
    archive = workers
    articles = [crawled(1), crawled(2, tags=("wrong",)), crawled(3, authors=("Nobody",), section="Wrong")]
    archive_them(archive, articles)
    assert again(archive) == 0
    found = articles_of(archive)
    assert {url[-1]: (a.revision, a.extractor) for url, a in found.items()} == {
        "1": (1, OLD),
        "2": (2, EXTRACTOR),
        "3": (2, EXTRACTOR),
    }
    second = found[address(2)]
    assert second.tags == ("canal", "boats")
    assert (second.crawled_at, second.discovered_via, second.id) == (DAY, "feed", articles[1][0].id)
    assert second.run_id != articles[1][0].run_id
    assert page(2) in referred(FolderStorage(archive), second.raw_ref)
    assert len(list(Archive.open(str(archive)).articles(revisions="all", duplicates=True))) == 5
    check_archive(FolderStorage(archive))


def test_the_report_shows_what_changed_by_field(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With counts and examples; its sums are a crawl's."""
    archive_them(archive, [crawled(n, tags=(f"wrong {n}",)) for n in range(1, 9)])
    assert again(archive) == 0
    ran = report(archive)
    assert (ran["command"], ran["fetched"], ran["archived"], ran["revised"], ran["committed"]) == (
        "reprocess",
        8,
        8,
        8,
        8,
    )
    changed = ran["changes"]
    assert list(changed) == ["tags"]
    assert changed["tags"]["articles"] == 8
    assert len(changed["tags"]["examples"]) == 5
    assert {"before", "after", "url", "id"} == changed["tags"]["examples"][0].keys()
    assert "tags: changed in 8" in capsys.readouterr().out


def test_doing_it_twice_changes_nothing(archive: Path) -> None:
    """The second run finds everything as it should be."""
    archive_them(archive, [crawled(n, tags=("wrong",)) for n in range(1, 4)])
    again(archive)
    before = objects(archive, "articles", "manifest", "raw")
    assert again(archive) == 0
    assert objects(archive, "articles", "manifest", "raw") == before
    assert report(archive)["dropped"] == {"unchanged": 3}


def test_a_dry_run_archives_nothing(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It shows the same changes, and leaves no trace in the archive or in the seen index."""
    _, missed = crawled(2)
    archive_them(archive, [crawled(1, tags=("wrong",))], rejected=[missed])
    before = objects(archive, "articles", "manifest", "raw", "runs")
    assert again(archive, "--dry-run") == 0
    assert objects(archive, "articles", "manifest", "raw", "runs") == before
    out = capsys.readouterr().out
    assert "1 dropped/would-be-new" in out
    assert "1 dropped/would-be-revised" in out
    assert "tags: changed in 1" in out
    assert again(archive) == 0
    assert report(archive)["archived"] == 2


def test_a_page_once_rejected_becomes_an_article(archive: Path) -> None:
    """Its first revision, found as it was then, and known to the next crawl."""
    _, missed = crawled(1)
    _, hopeless = crawled(2)
    archive_them(archive, [], rejected=[missed, replace(hopeless, body=b"<html></html>")])
    assert again(archive) == 0
    (found,) = articles_of(archive).values()
    assert (found.url, found.revision, found.discovered_via, found.crawled_at) == (address(1), 1, "feed", DAY)
    with closing(Spool(archive.with_name("archive-state"))) as spool:
        known = spool.look_up([url_key(address(1))])[url_key(address(1))]
    assert (known.id, known.checked_at) == (found.id, 2.0)
    assert sum(report(archive)["rejected"].values()) == 1


def test_only_the_newest_page_of_an_address_counts(archive: Path) -> None:
    """An older state of an article does not come back as its latest revision."""
    later = crawled(1, body=page(1, title="The later title of boat one"), at="2026-11-22T06:00:00Z", tags=("wrong",))
    archive_them(archive, [crawled(1), later])
    assert again(archive) == 0
    latest = articles_of(archive)[address(1)]
    assert (latest.title, latest.revision, latest.tags) == ("The later title of boat one", 3, ("canal", "boats"))
    assert report(archive)["skipped"] | report(archive)["dropped"] == {"superseded": 1}


def test_an_older_page_counts_where_the_newest_gives_no_article(archive: Path) -> None:
    """A page that has since become a consent wall does not hide the article."""
    archive_them(archive, [crawled(1, tags=("wrong",))], rejected=[replace(crawled(1)[1], body=b"<html></html>")])
    assert again(archive) == 0
    assert articles_of(archive)[address(1)].tags == ("canal", "boats")


def test_an_article_archived_later_without_its_page_stays(archive: Path) -> None:
    """The stored page is older than what is archived."""
    article, _ = crawled(1, at="2026-11-22T06:00:00Z", tags=("wrong",))
    archive_them(archive, [crawled(1)])
    with closing(Spool(archive.with_name("archive-state"))) as spool:
        spool.accept([Submission(article=article, seen=())])
        Delivery(spool, FolderStorage(archive)).deliver()
    assert again(archive) == 0
    assert report(archive)["dropped"] == {"known-later": 1}


@pytest.mark.parametrize(
    ("words", "revised"),
    [
        (("--site", "canal-example"), 2),
        (("--site", "other"), 0),
        (("--until", "2026-11-20"), 1),
        (("--until", "2026-11-19"), 0),
        (("--since", "2026-11-21"), 1),
    ],
    ids=["site", "another site", "until", "until before", "since"],
)
def test_pages_are_chosen_by_site_and_time(archive: Path, words: tuple[str, ...], revised: int) -> None:
    """A day given as the end counts whole."""
    archive_them(archive, [crawled(1, tags=("wrong",)), crawled(2, tags=("wrong",), at="2026-11-22T06:00:00Z")])
    assert again(archive, *words) == 0
    assert [a.revision for a in articles_of(archive).values()].count(2) == revised


def test_a_damaged_segment_stops_the_run(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With exit code 4, naming it."""
    archive_them(archive, [crawled(1, tags=("wrong",))])
    (segment,) = (archive / "raw").rglob("*.warc.gz")
    segment.write_bytes(segment.read_bytes()[:-10])
    assert again(archive) == 4
    assert segment.name in capsys.readouterr().err
    assert json.dumps(articles_of(archive)[address(1)].tags) == '["wrong"]'


def test_a_reserved_page_gives_no_further_revision(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does one that has been opted out since; where neither is so, what the host's files said stays on record."""
    said = page(2).replace(b"<head>", b"<head><meta name=robots content=noarchive>")
    by_file: dict[str, Any] = {"tags": ("wrong",), "extra_json": '{"rights": {"tdm": "file"}}'}
    archive_them(archive, [crawled(1, tags=("wrong",)), crawled(2, body=said, **by_file), crawled(3, tags=("wrong",))])
    listed = tmp_path / "optout.txt"
    listed.write_text(address(3))
    monkeypatch.setenv("NEWSARCHIVE_OPT_OUT", str(listed))
    monkeypatch.setenv("NEWSARCHIVE_OBEY", "noarchive")
    assert again(archive) == 0
    assert {url[-1]: a.revision for url, a in articles_of(archive).items()} == {"1": 2, "2": 1, "3": 1}
    monkeypatch.setenv("NEWSARCHIVE_OBEY", "")
    assert again(archive) == 0
    second = articles_of(archive)[address(2)]
    assert (second.revision, json.loads(second.extra_json)["rights"]) == (2, {"noarchive": "meta", "tdm": "file"})
