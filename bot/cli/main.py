"""The command `loa` and where its commands stand."""

import click

from bot.cli.later import Later

WHERE = {
    "run": "run", "demo": "demo", "test": "tests", "doctor": "doctor", "settings": "admin", "migrate": "admin",
    "grant": "admin", "revoke": "admin", "import": "imports", "invitations": "invitations", "broadcast": "broadcasts",
    "questionnaire": "questionnaires", "survey": "surveys", "report": "report", "results-link": "results",
    "export": "export", "copy": "copying", "incidents": "incidents", "backup": "backup", "restore": "backup",
}  # fmt: skip


@click.group(cls=Later, where=WHERE, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="loa")
def main() -> None:
    """Loa sends the weekly reform bulletin to officials in chat, and surveys citizens.

    Settings are LOA_… variables; see 'loa settings'.
    """
