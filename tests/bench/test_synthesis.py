"""The synthetic archive is a sound one, and the same each time."""

from pathlib import Path

from bench.synthesis import Plan, make, tag
from newsarchive.archive import Archive
from newsarchive.storage import open_storage
from newsarchive.upkeep.verification import Verification

PLAN = Plan(articles=120, sites=3, days=2, runs=2)


def test_it_is_an_archive(tmp_path: Path) -> None:
    """Every line is a record, every segment in its writer's chain; tags, copies and revisions are in it."""
    count = make(tmp_path / "one", PLAN)
    assert [str(f) for f in Verification(open_storage(str(tmp_path / "one")), deep=True).findings()] == []
    archive = Archive.open(str(tmp_path / "one"))
    found = list(archive.articles(revisions="all", duplicates=True))
    assert len(found) == count == 2 * 2 * sum(PLAN.counts())
    assert {a.language for a in found} == {"en", "fr", "de"}
    assert {a.revision for a in found} == {1, 2}
    assert any(a.duplicate_of for a in found)
    assert len({a.language for a in archive.articles(tag=tag(0, "ar"))}) > 1


def test_it_is_the_same_each_time(tmp_path: Path) -> None:
    """Byte for byte."""
    made = []
    for name in ("one", "two"):
        make(tmp_path / name, PLAN)
        made.append({p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*.*z*")})
    assert made[0] == made[1] != {}
