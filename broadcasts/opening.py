"""The first sentences of an article, for where it does not open in its place. Pure."""

from collections.abc import Sequence

from channels.blocks import Block, Kind
from channels.sentences import cut_short, sentences

SENTENCES = 2
MOST = 400
"""Characters; longer sentences than these are cut between words."""
TOLD = (Kind.PARAGRAPH, Kind.LINE, Kind.QUOTE, Kind.ITEM)


def opening(body: Sequence[Block]) -> str:
    """The first two sentences of the running text; '' where there is none."""
    said: list[str] = []
    for block in body:
        if block.kind not in TOLD:
            continue
        said += sentences(" ".join(block.text.split()))
        if len(said) >= SENTENCES:
            break
    told = cut_short(" ".join(said[:SENTENCES]), MOST)
    return told.removesuffix(":") + "…" if told.endswith(":") else told
