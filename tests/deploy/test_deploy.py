"""Each way to schedule a crawl is accepted by the tool that knows its format, and says what the others say."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsarchive.storage import open_storage

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
TIMERS = [unit for unit in UNITS if unit.suffix == ".timer"]
MANIFEST = DEPLOY / "kubernetes" / "cronjob.yaml"
RESOURCES: list[dict[str, Any]] = list(yaml.safe_load_all(MANIFEST.read_text(encoding="utf-8")))
JOBS = [resource for resource in RESOURCES if resource["kind"] == "CronJob"]
CRON_LINES = [line for line in (DEPLOY / "crontab").read_text().splitlines() if re.match(r"[\d*]", line)]
COMPOSE = DEPLOY / "compose.yaml"
SERVED: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """What a tool made of its arguments."""
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def tool(name: str) -> Path:
    """A checking tool, installed beside this Python or on the path."""
    beside = Path(sys.executable).with_name(name)
    found = beside if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return Path(found)


def container(job: dict[str, Any]) -> dict[str, Any]:
    """The one container of a CronJob's pod."""
    (only,) = pod(job)["containers"]
    return dict(only)


def pod(job: dict[str, Any]) -> dict[str, Any]:
    """The pod of a CronJob."""
    return dict(job["spec"]["jobTemplate"]["spec"]["template"]["spec"])


# systemd


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with a command that exists here in place of the installed one."""
    for unit in UNITS:
        text = unit.read_text().replace("/opt/newsarchive/bin/newsarchive", sys.executable)
        (tmp_path / unit.name).write_text(text)
    return tmp_path


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    """What systemd says of the units in a folder; a warning of theirs is a failure."""
    return run(tool("systemd-analyze"), "verify", "--man=no", "--recursive-errors=no", *sorted(folder.iterdir()))


def test_systemd_accepts_the_units(units: Path) -> None:
    """systemd-analyze has nothing to say about services and timers."""
    done = verify(units)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("newsarchive.service", "ReadWritePaths=", "ReadWritePath="),
        ("newsarchive.timer", "OnCalendar=00/2:17", "OnCalendar=00/2:61"),
    ],
)
def test_systemd_refuses_a_mistake(units: Path, name: str, right: str, wrong: str) -> None:
    """The check is a real one: a mistake in a unit fails it."""
    unit = units / name
    unit.write_text(unit.read_text().replace(right, wrong))
    done = verify(units)
    assert done.returncode != 0
    assert name in done.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_systemd_service_is_confined(unit: Path) -> None:
    """The exposure of each service is rated 2.0 of 10 or less."""
    done = run(tool("systemd-analyze"), "security", "--offline=true", "--threshold=20", unit)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_systemd_service_can_limit_its_workers(unit: Path) -> None:
    """Extraction workers set their own memory limit, so no filter may take that call away."""
    assert not re.search(r"^SystemCallFilter=~.*@resources", unit.read_text(), re.MULTILINE)


def test_systemd_busy_is_no_failure() -> None:
    """A run that finds another one busy leaves no failed unit."""
    assert [unit.name for unit in SERVICES if "\nSuccessExitStatus=75\n" not in unit.read_text()] == []


# cron


@pytest.mark.parametrize(("line", "hours"), [*zip(CRON_LINES, (2, 1, 31 * 24), strict=True)])
def test_cron_accepts_the_schedule(line: str, hours: int) -> None:
    """Five valid fields, a command, and no bare % (cron makes it a line end)."""
    crontab = pytest.importorskip("crontab", reason="the package crontab is not installed")
    schedule, command = line.split(maxsplit=5)[:5], line.split(maxsplit=5)[5]
    assert 0 < crontab.CronTab(" ".join(schedule)).next(default_utc=True) <= hours * 60 * 60
    assert not re.search(r"(?<!\\)%", command)


def test_cron_refuses_a_mistake() -> None:
    """The check is a real one: minute 61 fails it."""
    crontab = pytest.importorskip("crontab", reason="the package crontab is not installed")
    with pytest.raises(ValueError, match="61"):
        crontab.CronTab("61 */2 * * *")


@pytest.mark.parametrize("line", CRON_LINES[:2])
@pytest.mark.parametrize(("code", "mail"), [(0, False), (75, False), (2, True), (3, True), (4, True)])
def test_cron_mails_only_what_needs_somebody(tmp_path: Path, line: str, code: int, mail: bool) -> None:  # noqa: FBT001 - a row
    """Run by sh as cron does, a command prints only on a real failure, and keeps the log of its last run."""
    command = tmp_path / "newsarchive"
    command.write_text(f'#!/bin/sh\necho "ran $*"\necho trouble >&2\nexit {code}\n')
    command.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", "-c", _moved(line.split(maxsplit=5)[5], tmp_path)],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    (log,) = tmp_path.glob("*.log")
    assert log.read_text().startswith("ran ")
    assert log.read_text().endswith("\ntrouble\n")
    assert (f"ended with {code}" in done.stdout, bool(done.stdout), done.stderr) == (mail, mail, "")


def _moved(text: str, folder: Path) -> str:
    return text.replace("/opt/newsarchive/bin", str(folder)).replace("/var/lib/newsarchive", str(folder))


# Kubernetes


@pytest.mark.parametrize("version", ["1.31", "1.37"])
def test_kubernetes_accepts_the_manifest(version: str) -> None:
    """Every resource fits the API's schema, without an unknown field."""
    done = run(tool("kubernetes-validate"), "--strict", "--kubernetes-version", version, MANIFEST)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("concurrencyPolicy: Forbid", "concurencyPolicy: Forbid"),
        ("backoffLimit: 1", "backoffLimit: once"),
        ("readOnlyRootFilesystem: true", "readOnlyRootFileSystem: true"),
    ],
)
def test_kubernetes_refuses_a_mistake(tmp_path: Path, right: str, wrong: str) -> None:
    """The check is a real one: a mistake in a manifest fails it."""
    broken = tmp_path / MANIFEST.name
    broken.write_text(MANIFEST.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")
    assert run(tool("kubernetes-validate"), "--strict", broken).returncode != 0


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job["metadata"]["name"])
def test_kubernetes_job_is_confined(job: dict[str, Any]) -> None:
    """A pod meets the restricted security standard, and never runs beside itself."""
    security = container(job)["securityContext"]
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert pod(job)["securityContext"]["runAsNonRoot"] is True
    assert pod(job)["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod(job)["automountServiceAccountToken"] is False
    assert security == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job["metadata"]["name"])
def test_kubernetes_job_keeps_its_spool(job: dict[str, Any]) -> None:
    """The spool is on the claimed volume; what else is written goes to a scratch volume."""
    settings = next(resource for resource in RESOURCES if resource["kind"] == "ConfigMap")["data"]
    claim = next(resource for resource in RESOURCES if resource["kind"] == "PersistentVolumeClaim")["metadata"]["name"]
    claimed = {v["name"] for v in pod(job)["volumes"] if v.get("persistentVolumeClaim") == {"claimName": claim}}
    mounts = {mount["mountPath"]: mount["name"] for mount in container(job)["volumeMounts"]}
    assert mounts.keys() == {"/var/lib/newsarchive", "/tmp"}  # noqa: S108 - a path in the pod
    assert claimed == {mounts["/var/lib/newsarchive"]}
    assert settings["NEWSARCHIVE_STATE"].startswith("/var/lib/newsarchive/")


def test_kubernetes_secrets_stay_in_the_secret() -> None:
    """Credentials come from a Secret that is not written here."""
    settings = next(resource for resource in RESOURCES if resource["kind"] == "ConfigMap")["data"]
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}.isdisjoint(settings)
    assert "Secret" not in {resource["kind"] for resource in RESOURCES}
    assert all({"secretRef": {"name": "newsarchive-s3"}} in container(job)["envFrom"] for job in JOBS)


# Compose


def test_compose_fits_its_schema(tmp_path: Path) -> None:
    """The file is what the Compose specification allows, and a mistake in it is refused."""
    check = (tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec")
    done = run(*check, COMPOSE)
    assert done.returncode == 0, done.stdout
    broken = tmp_path / "compose.yaml"
    broken.write_text(COMPOSE.read_text(encoding="utf-8").replace("read_only:", "read_onli:"), encoding="utf-8")
    assert run(*check, broken).returncode != 0


def test_compose_keeps_its_spool_and_confines_the_crawl() -> None:
    """State is on a named volume, the image is ours, a stop has time to end well, and no key is written here."""
    service = SERVED["services"]["newsarchive"]
    assert service["image"] == container(JOBS[0])["image"]
    assert [volume.split(":")[0] for volume in service["volumes"]] == ["state"]
    assert "state" in SERVED["volumes"]
    assert service["environment"]["NEWSARCHIVE_STATE"].startswith(service["volumes"][0].split(":")[1])
    assert (service["read_only"], service["cap_drop"], service["stop_grace_period"]) == (True, ["ALL"], "90s")
    given = {**service["environment"], **SERVED["services"]["store"]["environment"]}
    assert all(value.strip('"').startswith("${") for name, value in given.items() if "KEY" in name)


def test_the_store_of_compose_is_one_that_newsarchive_can_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its very command, started here, serves the bucket that the crawl is told of."""
    tool("rclone")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    (command,) = SERVED["services"]["store"]["command"]
    shell = command.replace("/data", str(tmp_path)).replace(":9000", f"127.0.0.1:{port}")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    key = re.sub(r"\$\{AWS_(\w+):\?[^}]*\}", r"\1", SERVED["services"]["store"]["environment"]["RCLONE_AUTH_KEY"])
    environment = {"PATH": path, "RCLONE_AUTH_KEY": key, "RCLONE_CONFIG": str(tmp_path / "none.conf")}
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "SECRET_ACCESS_KEY")
    uri = SERVED["services"]["newsarchive"]["environment"]["NEWSARCHIVE_URI"]
    with subprocess.Popen(["/bin/sh", "-c", shell], env=environment, stderr=subprocess.DEVNULL) as serving:
        try:
            storage = open_storage(uri, endpoint_url=f"http://127.0.0.1:{port}")
            _wait_for(port)
            storage.replace("a/key", b"kept")
            assert storage.read("a/key") == b"kept"
            assert (tmp_path / "news" / "archive" / "a" / "key").read_bytes() == b"kept"
        finally:
            serving.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing answers on port {port}")


# Image


def test_hadolint_accepts_the_dockerfile() -> None:
    """Not even a matter of style is found."""
    done = run(tool("hadolint"), "--no-color", "--failure-threshold=style", DEPLOY / "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_hadolint_refuses_a_mistake(tmp_path: Path) -> None:
    """The check is a real one: an image without a version fails it."""
    broken = tmp_path / "Dockerfile"
    broken.write_text(DOCKERFILE.replace("python:3.12-slim", "python"))
    assert run(tool("hadolint"), "--failure-threshold=style", broken).returncode != 0


def test_image_has_what_the_wheel_needs() -> None:
    """Everything the build reads is copied, let through by the ignore file, and in the repository."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    copies = re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    copied = {name for line in copies for name in line.split()}
    let_through = set(re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE))
    assert copied >= {*build["packages"], *build["force-include"], *project["license-files"], project["readme"]}
    assert copied == let_through
    assert [name for name in sorted(copied) if not (ROOT / name).exists()] == []


def test_image_and_pod_agree() -> None:
    """The pod runs as the image's user, and both keep the spool in the same folder."""
    user = re.findall(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE)
    settings = next(resource for resource in RESOURCES if resource["kind"] == "ConfigMap")["data"]
    assert {str(pod(job)["securityContext"]["runAsUser"]) for job in JOBS} == set(user)
    assert f"NEWSARCHIVE_STATE={settings['NEWSARCHIVE_STATE']}\n" in DOCKERFILE
    assert 'ENTRYPOINT ["newsarchive"]' in DOCKERFILE


def test_every_schedule_agrees() -> None:
    """cron, systemd and Kubernetes crawl and flush at the same minutes, with the same commands."""
    cron = {line.split("bin/newsarchive ")[1].split()[0]: " ".join(line.split()[:5]) for line in CRON_LINES[:2]}
    kubernetes = {job["metadata"]["name"].removeprefix("newsarchive-"): job["spec"]["schedule"] for job in JOBS}
    timers = {unit.stem: re.findall(r"^OnCalendar=(.+)$", unit.read_text(), re.MULTILINE) for unit in TIMERS}
    commands = {re.findall(r"^ExecStart=\S+/newsarchive (\w+)", unit.read_text(), re.MULTILINE)[0] for unit in SERVICES}
    assert cron == kubernetes == {"crawl": "17 */2 * * *", "flush": "47 * * * *"}
    assert timers == {"newsarchive": ["00/2:17"], "newsarchive-flush": ["*:47"]}
    assert commands == set(cron)
