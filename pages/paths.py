"""Where pages are found. Pure."""

PREFIX = "/s"
"""What the path of every page begins with."""


def link_to(home: str, payload: str) -> str:
    """The link into a survey: the public address of the pages, then what the chat's deep link says."""
    return f"{home.rstrip('/')}{PREFIX}/{payload}"
