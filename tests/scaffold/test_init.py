"""`newsarchive init` as an operator runs it, and what a project folder changes."""

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from newsarchive import environment
from newsarchive.cli import main
from newsarchive.errors import UsageError
from newsarchive.scaffold.writing import FILES, Place, render

ROOT = Path(__file__).parents[2]
SITE = """from newsarchive.crawl.site import SiteSpider

class ASpider(SiteSpider):
    name, publisher, country, language = {name!r}, "Ours", "FR", "fr"
    allowed_domains, feeds, article_pattern = ("a.example",), ("https://a.example/feed",), "/a/"
"""
LIST = """
from newsarchive.crawl.loading import Loader
from newsarchive.crawl.process import project_settings, site_names
settings = project_settings()
print(",".join(site_names(settings)), settings["NEWSARCHIVE_URI"])
print(*(f"{name}={Loader(settings).load(name).publisher}" for name in ("mine", "rfi", "dw", "bbc")), sep="\\n")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project folder whose name is hard to quote."""
    made = tmp_path / "my 100% news"
    assert main(["init", str(made), "--contact", "desk@example.org"]) == 0
    return made


def slow(*values: object) -> ParameterSet:
    """Return a case that is left out of the fast tests."""
    return pytest.param(*values, marks=pytest.mark.slow)


def files(folder: Path) -> dict[str, str]:
    """Return the text of every file below a folder, by its name there."""
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def python(code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run code as an installed newsarchive would in a folder."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("NEWSARCHIVE_")}
    return subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=cwd,
        env=kept | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_second_init_overwrites_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was written or changed stays; what is missing comes back; secrets are for the owner only."""
    (folder / ".env").write_text("NEWSARCHIVE_URI=s3://mine/news\n")
    (folder / "deploy" / "crontab").unlink()
    before = files(folder)
    capsys.readouterr()
    assert main(["init", str(folder)]) == 0
    assert set(files(folder)) - set(before) == {"deploy/crontab"}
    assert before.items() <= files(folder).items()
    told = capsys.readouterr().out
    assert [line for line in told.splitlines() if line.startswith("written")] == ["written  deploy/crontab"]
    assert f"Next: cd {shlex.quote(str(folder))} && newsarchive add" in told
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600


def test_no_marker_of_a_template_is_left(folder: Path) -> None:
    """Every file is filled in, with this installation's command."""
    made = files(folder)
    assert [name for name, text in made.items() for marker in Place.here(folder).words() if marker in text] == []
    assert "NEWSARCHIVE_CONTACT=desk@example.org\n" in made[".env"]
    assert len(made) == sum(path.is_file() for path in FILES.rglob("*") if "__pycache__" not in path.parts)


@pytest.mark.parametrize("name", ["crontab", "systemd/newsarchive.service", "systemd/newsarchive-flush.service"])
def test_the_files_in_deploy_are_those_of_the_usual_place(name: str) -> None:
    """What init writes for /var/lib/newsarchive is what the documentation shows."""
    usual = Place(
        folder=Path("/var/lib/newsarchive"),
        command=("/opt/newsarchive/bin/newsarchive",),
        user="newsarchive",
        group="newsarchive",
    )
    template = (FILES / "deploy" / name).read_text()
    assert (ROOT / "deploy" / name).read_text() == render(template, usual.words())


def test_own_sites_stand_beside_the_bundled_ones(folder: Path) -> None:
    """Own ones win by file or by name; --all means own ones; a folder below the project's is as good."""
    sites = {"mine.py": "mine", "rfi.py": "rfi", "somewhere.py": "dw"}
    for file, name in sites.items():
        (folder / "spiders" / file).write_text(SITE.format(name=name))
    done = python(LIST, folder / "tests")
    assert done.stdout.splitlines() == [
        f"dw,mine,rfi {folder / 'archive'}",
        *("mine=Ours", "rfi=Ours", "dw=Ours", "bbc=BBC"),
    ], done.stderr


@pytest.mark.parametrize(
    ("files", "told"),
    [
        slow({}, "this project declares no site yet: newsarchive add URL"),
        slow({"a.py": SITE.format(name="a"), "b.py": SITE.format(name="a")}, "two spiders are called 'a' (in spid"),
        ({"a.py": "class A(\n"}, "a.py: SyntaxError"),
        slow({"a.py": "import nowhere\n"}, "nowhere: ModuleNotFoundError"),
        slow({"a.py": SITE.format(name="a").replace("feeds", "feds")}, "did you mean 'feeds'?"),
    ],
    ids=["none", "twice", "syntax", "import", "misspelt"],
)
def test_a_project_that_cannot_be_crawled_says_why(folder: Path, files: dict[str, str], told: str) -> None:
    """Exit 2 and a sentence, no traceback."""
    for name, text in files.items():
        (folder / "spiders" / name).write_text(text)
    done = python("import sys; from newsarchive.cli import main; sys.exit(main(['crawl', '--all']))", folder)
    assert (done.returncode, told in done.stderr, done.stderr.count("\n")) == (2, True, 1), done.stderr


@pytest.mark.parametrize("line", range(3))
def test_the_crontab_works_where_it_lies(folder: Path, line: int, tmp_path: Path) -> None:
    """As cron runs it: from another folder, with a poor environment, a % only where it is escaped."""
    command = tmp_path / "bin dir" / "newsarchive"
    command.parent.mkdir()
    command.write_text('#!/bin/sh\necho "ran $* in $PWD"\nexit 4\n')
    command.chmod(0o755)
    place = Place(folder=folder, command=(str(command),), user="u", group="u")
    text = render((FILES / "deploy" / "crontab").read_text(), place.words())
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    shown = lines[line].split(maxsplit=5)[5].replace(r"\%", "%")
    assert lines[line].count("%") == lines[line].count(r"\%")
    for log in ("crawl.log", "flush.log"):
        (folder / log).write_text("before\n")
    done = subprocess.run(
        ["/bin/sh", "-c", shown], cwd="/", env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    log = ("crawl.log", "flush.log", "crawl.log.1")[line]
    ran = (f"ran crawl --all --jitter 5m in {folder}\n", f"ran flush in {folder}\n", "")[line]
    assert (folder / log).read_text() == f"before\n{ran}"
    mail = "" if not ran else f"newsarchive {log[:5]} ended with 4: see {log} in {folder}\n"
    assert (done.stdout, done.stderr) == (mail, "")


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("NEWSARCHIVE_URI=archive", "NEWSARCHIVE_URI", "{folder}/archive"),
        ("NEWSARCHIVE_STATE=/var/state", "NEWSARCHIVE_STATE", "/var/state"),
        ("NEWSARCHIVE_OPT_OUT=opt-out.txt", "NEWSARCHIVE_OPT_OUT", "{folder}/opt-out.txt"),
        ("NEWSARCHIVE_CACHE=none", "NEWSARCHIVE_CACHE", "none"),
        ("NEWSARCHIVE_URI=s3://bucket/news # ours", "NEWSARCHIVE_URI", "s3://bucket/news"),
        ("export NEWSARCHIVE_CONTACT='the desk'", "NEWSARCHIVE_CONTACT", "the desk"),
        ("AWS_DEFAULT_REGION=", "AWS_DEFAULT_REGION", ""),
    ],
)
def test_a_project_s_settings_are_taken_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch, line: str, name: str, value: str
) -> None:
    """In the folder and below it, unless the environment says otherwise."""
    (folder / ".env").write_text(f"# a comment\n\n{line}\n")
    monkeypatch.chdir(folder / "spiders")
    monkeypatch.setenv(name, "")
    environment.load()
    assert os.environ[name] == value.format(folder=folder)
    monkeypatch.setenv(name, "given")
    environment.load()
    assert os.environ[name] == "given"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("NEWSARCHIVE_CONTACT=the desk", "line 1 is malformed: write NAME=value"),
        ("NEWSARCHIVE_CONTACT", "line 1 is malformed"),
        ("NEWSARCHIVE_CONTACT=a\0b", "line 1 is malformed"),
        ("NEWSARCHIVE_CONTACT='desk", "line 1 is malformed: No closing quotation"),
        ("LD_PRELOAD=/tmp/x.so", "sets 'LD_PRELOAD'"),
        ("AWS_CONFIG_FILE=/tmp/config", "sets 'AWS_CONFIG_FILE'"),
        ("AWS_ACCESS_KEY=x", "did you mean 'AWS_ACCESS_KEY_ID'?"),
        ("NEWSARCHIVE_ALOW_PRIVATE=1", "did you mean 'NEWSARCHIVE_ALLOW_PRIVATE'?"),
    ],
)
def test_a_malformed_setting_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch, line: str, told: str) -> None:
    """With the file and the line."""
    (folder / ".env").write_text(f"{line}\n")
    monkeypatch.chdir(folder)
    with pytest.raises(UsageError, match=r"\.env line 1") as raised:
        environment.load()
    assert told in str(raised.value)


def test_every_setting_may_stand_in_a_project_s_file() -> None:
    """All that the code and the documents name, but for what serves tests and the demo."""
    read = [*(ROOT / "newsarchive").rglob("*.py"), *(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    used = {name for path in read for name in re.findall(r"\bNEWSARCHIVE_[A-Z_]*[A-Z]\b", path.read_text())}
    assert used - environment.NAMES == {"NEWSARCHIVE_DEMO_BASE", "NEWSARCHIVE_FAILPOINT"}


@pytest.mark.parametrize("arguments", [["/proc/nowhere"], ["a\nb"], ["x", "--contact", "a\nb"]])
def test_what_cannot_be_made_is_said(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    assert main(["init", *arguments]) == 2
    assert capsys.readouterr().err.startswith("newsarchive init: ")
    assert list(tmp_path.iterdir()) == []


def test_systemd_accepts_the_units_of_a_folder_that_is_hard_to_quote(folder: Path) -> None:
    """Not a warning, and the folder that may be written to is that of the project."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    units = sorted((folder / "deploy" / "systemd").iterdir())
    command = [analyze, "verify", "--man=no", "--recursive-errors=no", *map(str, units)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    named = str(folder).replace("%", "%%")
    assert all(f'\nReadWritePaths="{named}"\n' in unit.read_text() for unit in units if unit.suffix == ".service")
