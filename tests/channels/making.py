"""Written text made up by hypothesis, with the signs that are hardest to part."""

from hypothesis import strategies as st

from channels.blocks import Block, Kind, Span

WORDS = (
    "một",
    "cửa.",
    "Hồ sơ",
    "tiếng Việt",
    "<b>",
    "&amp;",
    "👍🏽",
    "👨‍👩‍👧‍👦",
    "🇻🇳",
    "𝒳",
    "e\u0323\u0302",
    "…",
    "\u202e",
    "x" * 40,
)
written = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).flatmap(
    lambda words: st.sampled_from([" ", "", ". "]).map(lambda between: between.join(words))
)
spans = st.builds(
    Span,
    st.one_of(written, st.text(st.characters(exclude_categories=["Cs"]), max_size=60)),
    bold=st.booleans(),
    italic=st.booleans(),
    link=st.sampled_from(["", "https://a.vn/?x=1&y='\"<>"]),
)
made_blocks = st.builds(
    Block,
    st.sampled_from([kind for kind in Kind if kind not in (Kind.ROW, Kind.LEAD)]),
    st.lists(spans, min_size=1, max_size=4).map(tuple),
)
bodies = st.lists(made_blocks, max_size=6).map(tuple)
