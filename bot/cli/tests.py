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
    "tests on SQLite and PostgreSQL": ["pytest", "-q"],
}


@click.command("test", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run lint, types, import floors and all tests on both databases. ARGUMENTS go to pytest."""
    bin_ = Path(sys.executable).parent
    for name, parts in CHECKS.items():
        click.echo(f"== {name}", err=True)
        extra = list(arguments) if parts[0] == "pytest" else []
        done = subprocess.run([str(bin_ / parts[0]), *parts[1:], *extra], cwd=ROOT, check=False)
        if done.returncode:
            sys.exit(done.returncode)
