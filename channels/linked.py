"""Which line leads where: a button that is only a number belongs to the line that begins with it. Pure."""

import re
from collections.abc import Sequence

from channels.blocks import Block
from channels.message import Choice, Link

NUMBERED = re.compile(r"^(\d+)\. ")
ONLY_NUMBER = re.compile(r"^[^\w]*(\d+)$")


def addresses_of_lines(body: Sequence[Block], choices: Sequence[Choice], link: Link) -> dict[int, str]:
    """The address that a block leads to, by the block's place in the body."""
    by_number = {
        found[1]: address for choice in choices
        if (found := ONLY_NUMBER.match(choice.label)) and (address := link(choice))
    }  # fmt: skip
    return {
        place: by_number[found[1]]
        for place, block in enumerate(body)
        if (found := NUMBERED.match(block.text)) and found[1] in by_number
    }
