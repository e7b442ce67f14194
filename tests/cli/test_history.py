"""`newsarchive history` and `Archive.history`: an article's revisions and what changed."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.cli import main
from newsarchive.errors import UsageError
from newsarchive.spool import Spool, Submission
from newsarchive.spool.delivery import Delivery
from newsarchive.storage import open_storage
from tests.conftest import article

URL = "https://example.org/news/1"
STATES = [
    article(1, text="The river rises.\nTwo bridges are closed."),
    article(1, text="The river rises.\nThree bridges are closed.", tags=("Flood", "[red]")),
    article(
        1, text="The river rises.\nThree bridges are closed.", tags=("Flood", "[red]"), title="Again \x1b[2Jhigher"
    ),
]
ID = STATES[0].id


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of an article of three revisions, in as many segments, and another article."""
    folder = tmp_path_factory.mktemp("history") / "archive"
    with closing(Spool(folder.with_name("state"))) as spool:
        for state in [*STATES, article(2)]:
            spool.accept([Submission(article=state, seen=())])
            Delivery(spool, open_storage(str(folder))).deliver()
    return folder


@pytest.mark.parametrize("which", [ID, URL, "http://EXAMPLE.org:80/news/1?utm_source=x#top"])
def test_the_revisions_of_an_article(archive: Path, which: str) -> None:
    """By id or by any form of its address: oldest first, with the fields that changed."""
    found = Archive.open(str(archive)).history(which)
    assert [r.article.revision for r in found] == [1, 2, 3]
    assert [r.changed for r in found] == [(), ("tags", "text"), ("title",)]


def test_an_address_that_is_not_the_canonical_one(tmp_path: Path) -> None:
    """The address that was fetched leads to the article too."""
    canonical = "https://example.org/world/1203344-river"
    with closing(Spool(tmp_path / "state")) as spool:
        spool.accept([Submission(article=article(1, canonical_url=canonical), seen=())])
        Delivery(spool, open_storage(str(tmp_path / "archive"))).deliver()
    (by_url,), (by_canonical,) = (Archive.open(str(tmp_path / "archive")).history(u) for u in (URL, canonical))
    assert by_url == by_canonical


@pytest.mark.parametrize("which", ["0" * 24, "https://example.org/nothing"])
def test_what_is_not_archived_has_no_history(archive: Path, which: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Empty, and 2 from the command."""
    assert Archive.open(str(archive)).history(which) == []
    assert main(["history", "--uri", str(archive), which]) == 2
    assert "has no article" in capsys.readouterr().err


@pytest.mark.parametrize("which", ["", "river", ID.upper(), "ftp://example.org/news/1"])
def test_what_names_no_article_is_refused(archive: Path, which: str) -> None:
    """Neither an id nor a web address."""
    with pytest.raises(UsageError, match="neither an article id"):
        Archive.open(str(archive)).history(which)


def test_the_diff_shows_what_went_and_what_came(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Word by word, readable without colour; nothing of a page is obeyed by the terminal."""
    assert main(["history", "--uri", str(archive), URL]) == 0
    out = capsys.readouterr().out
    assert "text: [-Two-]{+Three+} bridges are closed." in out
    assert "tags: {+Flood, [red]+}" in out
    assert "\x1b" not in out
    assert [line for line in out.splitlines() if line.startswith("revision")] == [
        "revision 1  2026-11-23T06:15:02Z  first archived",
        "revision 2  2026-11-23T06:15:02Z  changed: tags, text",
        "revision 3  2026-11-23T06:15:02Z  changed: title",
    ]


def test_on_a_terminal_it_is_coloured(
    archive: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red and struck out for what went, green for what came."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert main(["history", "--uri", str(archive), ID]) == 0
    out = capsys.readouterr().out
    assert "\x1b[9;31m[-Two-]" in out
    assert "\x1b[32m{+Three+}" in out
    assert "\x1b[2J" not in out


def test_programs_get_json_lines(archive: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Every field, and those that changed."""
    assert main(["history", "--uri", str(archive), ID, "--format", "jsonl"]) == 0
    records = [json.loads(text) for text in capfd.readouterr().out.splitlines()]
    assert [(r["revision"], r["changed"]) for r in records] == [(1, []), (2, ["tags", "text"]), (3, ["title"])]
    assert records[2]["title"] == STATES[2].title
