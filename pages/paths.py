"""Where pages are found. Pure."""

PREFIX = "/s"
"""What the path of every page of a survey form begins with."""
RESULTS = "/k"
"""What the path of every page of results begins with."""


def link_to(home: str, payload: str) -> str:
    """The link into a survey: the public address of the pages, then what the chat's deep link says."""
    return f"{home.rstrip('/')}{PREFIX}/{payload}"


def results_at(home: str, survey_id: int, *, token: str = "", app: bool = False) -> str:
    """The page of a survey's results: everybody's, the staff's by a signed ``token``, or the way in by Telegram."""
    asked = f"?t={token}" if token else ""
    return f"{home.rstrip('/')}{RESULTS}/{survey_id}{'/app' if app else ''}{asked}"
