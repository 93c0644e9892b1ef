"""`loa questionnaire`: questionnaires as tested artefacts."""

import click


@click.group("questionnaire")
def questionnaire_group() -> None:
    """Check, preview and export questionnaires."""
