"""What people drawn for a survey read in an e-mail: the chat's invitation, with one button to the form on the web."""

from dataclasses import replace
from datetime import date

from channels.blocks import heading
from channels.message import Message
from handlers import texts
from handlers.outreach import invitation as in_chat
from storage.surveys import SurveyInfo


def invitation(info: SurveyInfo, unit: str, served_on: date | None, *, again: bool = False) -> Message:
    """To one person, with a button that leads to the form that only they can fill in; ``again`` is a reminder."""
    said = in_chat(info, unit, served_on)
    title = texts.INVITATION_SUBJECT_AGAIN if again else texts.INVITATION_SUBJECT
    return replace(said, body=(heading(title), *said.body), rows=said.rows[:1])
