"""What stands in deploy/ holds together: names of metrics, settings, commands and files that exist."""

import json
import re
import subprocess
from pathlib import Path
from shutil import which
from typing import Any

import pytest
import yaml

from bot.cli.main import WHERE
from bot.metrics import Metrics
from bot.settings import Settings
from broadcasts.pace import Pace
from storage.database import Database
from storage.enums import ChannelName
from storage.figures import Figures

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
METRIC = re.compile(r"\bloa_[a-z_]+")


@pytest.fixture
def samples(tmp_path) -> set[str]:
    """The names under which Prometheus finds what we measure."""
    metrics = Metrics(Database(f"sqlite+aiosqlite:///{tmp_path}/loa.db"), {"telegram rate": Pace(28)})
    metrics.sending(ChannelName.TELEGRAM)
    metrics.seen(Figures(0, 0, 0, 0, 0, {"disk low": 1}))
    return {sample.name for family in metrics.registry.collect() for sample in family.samples} | {
        family.name + "_total" for family in metrics.registry.collect() if family.type == "counter"
    }


def text_of(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def expressions(name: str) -> list[str]:
    if name.endswith(".json"):
        return [target["expr"] for panel in json.loads(text_of(name))["panels"] for target in panel["targets"]]
    return [rule["expr"] for group in yaml.safe_load(text_of(name))["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("name", ["grafana/loa.json", "prometheus/rules.yml"])
def test_only_metrics_that_exist_are_asked_for(samples: set[str], name: str):
    asked = {metric for expr in expressions(name) for metric in METRIC.findall(expr)}
    assert asked
    assert asked - samples == set()


def test_everything_that_is_measured_is_on_the_dashboard(samples: set[str]):
    shown = {metric for expr in expressions("grafana/loa.json") for metric in METRIC.findall(expr)}
    derived = ("_count", "_sum")
    assert {name for name in samples if not name.endswith(derived)} == shown


def test_panels_do_not_overlap():
    places = [
        (panel["gridPos"]["x"] + dx, panel["gridPos"]["y"] + dy)
        for panel in json.loads(text_of("grafana/loa.json"))["panels"]
        for dx in range(panel["gridPos"]["w"])
        for dy in range(panel["gridPos"]["h"])
    ]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("name", [
    "Containerfile", "compose.yaml", "loa.env.example", "systemd/loa.service", "systemd/loa-backup.service",
])  # fmt: skip
def test_only_settings_that_exist_are_set(name: str):
    known = {f"LOA_{field.upper()}" for field in Settings.model_fields} | {"LOA_DOMAIN", "LOA_DATABASE_PASSWORD"}
    assert set(re.findall(r"\bLOA_[A-Z_]+", text_of(name))) - known == set()


def test_the_compose_file_waits_for_the_database_and_brings_the_schema_before_it_runs():
    made: dict[str, Any] = yaml.safe_load(text_of("compose.yaml"))
    services = made["services"]
    ours = services["loa"]
    used = {volume.split(":")[0] for each in services.values() for volume in each.get("volumes", ())}

    assert {name for name in used if not name.startswith(".")} == set(made["volumes"])
    assert (ours["read_only"], ours["cap_drop"], "ports" in ours) == (True, ["ALL"], False)
    assert ours["depends_on"]["database"]["condition"] == "service_healthy"
    assert ours["command"] == ["loa migrate && exec loa run"]
    assert "/readyz" in ours["healthcheck"]["test"][1]
    assert int(ours["stop_grace_period"].removesuffix("s")) > Settings.model_fields["stop_seconds"].default


def test_all_containers_come_back_after_a_restart_of_the_machine():
    """Podman's service for that starts those which are to run always, and no others."""
    services = yaml.safe_load(text_of("compose.yaml"))["services"]
    assert {each["restart"] for each in services.values()} == {"always"}


def test_what_the_compose_file_reads_stays_out_of_the_repository():
    services = yaml.safe_load(text_of("compose.yaml"))["services"]
    assert services["loa"]["env_file"] == ".env"
    done = subprocess.run(["git", "check-ignore", "-q", "deploy/.env"], cwd=ROOT, check=False)
    assert done.returncode in (0, 128)  # 128: this is no repository


def test_the_container_has_every_package_runs_as_nobody_and_asks_whether_it_is_ready():
    said = text_of("Containerfile")
    packages = re.search(r"packages = \[(.*)\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert packages is not None
    wanted = set(re.findall(r'"(\w+)"', packages[1]))
    assert {a for a, b in re.findall(r"^COPY (\w+) (\w+)$", said, re.M) if a == b} == wanted
    assert re.findall(r"^USER (.*)$", said, re.M) == ["10001"]
    assert "/readyz" in said
    assert re.findall(r'^(?:ENTRYPOINT|CMD) \["(\w+)"\]$', said, re.M) == ["loa", "run"]


@pytest.mark.parametrize("name", ["loa.service", "loa-backup.service"])
def test_units_run_commands_that_exist(name: str):
    ran = re.findall(r"^ExecStart(?:Pre)?=/opt/loa/\.venv/bin/loa (\S+)", text_of(f"systemd/{name}"), re.M)
    assert ran
    assert set(ran) <= set(WHERE)
    stop = re.search(r"^TimeoutStopSec=(\d+)$", text_of(f"systemd/{name}"), re.M)
    assert stop is None or int(stop[1]) > Settings.model_fields["stop_seconds"].default


@pytest.mark.skipif(which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_nothing_to_say_but_that_loa_is_not_installed_here():
    units = sorted(str(path) for path in (DEPLOY / "systemd").iterdir())
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "is not executable: No such file" not in line] == []
