"""What the results pages stand on besides the site of all pages: the bot's token, and the pages that are kept."""

from dataclasses import dataclass

from aiohttp import web

from pages.results.keeping import Keeping


@dataclass(frozen=True, slots=True)
class Results:
    """``bot_token`` is the one whose Mini Apps may open the staff's page; '' for none."""

    bot_token: str
    keeping: Keeping


RESULTS_SITE: web.AppKey[Results] = web.AppKey("results", Results)
