"""`loa test`: what CI runs, in the order in which it is cheapest to fail."""

import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]
CHECKS: dict[str, list[str]] = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "floors": ["lint-imports"],
    # one of three goes through those that kill and stop whole processes, which mostly wait; see tests/bot/conftest.py
    "tests on SQLite and PostgreSQL, in three processes": ["pytest", "-q", "-n", "3", "--dist", "loadgroup"],
}


@click.command("test", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run lint, types, import floors and all tests on both databases; with ARGUMENTS for pytest, one run of it."""
    bin_ = Path(sys.executable).parent
    checks = {name: parts for name, parts in CHECKS.items() if not arguments or parts[0] != "pytest"}
    for name, parts in (checks | ({"tests": ["pytest", "-q", *arguments]} if arguments else {})).items():
        click.echo(f"== {name}", err=True)
        done = subprocess.run([str(bin_ / parts[0]), *parts[1:]], cwd=ROOT, check=False)
        if done.returncode:
            sys.exit(done.returncode)
