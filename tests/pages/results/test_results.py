"""The results page over HTTP: what everybody and what staff see, filters with and without a script, nothing small."""

import re
from typing import Any

import pytest

from tests.pages.reading import Browser, Page
from tests.pages.results.conftest import Person, Web
from tests.world import QUESTIONNAIRES

HAPPY: dict[str, Any] = {"q1": 5, "q2": 5}
