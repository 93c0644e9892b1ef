"""The command `loa` and its sub-commands; each module is loaded with the others, aiogram only where it is used."""

import click

from bot.cli import (  # noqa: F401 - add their commands to the groups
    checking,
    comments,
    fieldwork,
    files,
    forms,
    interviewers,
    plan,
    posters,
    previewing,
    recount,
    sample,
)
from bot.cli.admin import grant, migrate_command, revoke, settings_command
from bot.cli.backup import backup, restore
from bot.cli.broadcasts import broadcast_group
from bot.cli.copying import copy_command
from bot.cli.demo import demo
from bot.cli.doctor import doctor
from bot.cli.export import export
from bot.cli.imports import import_group
from bot.cli.incidents import incidents
from bot.cli.invitations import invitations_command
from bot.cli.questionnaires import questionnaire_group
from bot.cli.report import report
from bot.cli.results import results_link
from bot.cli.run import run
from bot.cli.surveys import survey_group
from bot.cli.tests import test


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="loa")
def main() -> None:
    """Loa sends the weekly reform bulletin to officials in chat, and surveys citizens.

    Settings are LOA_… variables; see 'loa settings'.
    """


for each in (
    run, demo, test, import_group, invitations_command, broadcast_group, questionnaire_group, survey_group, report,
    results_link, export, grant, revoke, settings_command, doctor, migrate_command, copy_command,
    incidents, backup, restore,
):  # fmt: skip
    main.add_command(each)
