"""What is said of an article where it does not open: its first two sentences, from running text alone."""

from pathlib import Path

import pytest

from broadcasts.opening import MOST, opening
from broadcasts.reading import read
from channels.blocks import Span, heading, item, paragraph, row

REAL = sorted((Path(__file__).parents[3] / "shared" / "input" / "bulletin").glob("*.txt"))


def test_the_first_two_sentences_are_taken_over_headings_and_tables():
    body = (heading("Kết quả"), row((Span("Đơn vị"),)), paragraph("Một. "), item("Hai. Ba."))
    assert opening(body) == "Một. Hai."
    assert opening((heading("Chỉ có tiêu đề"),)) == ""
    assert opening((paragraph("Có ba việc:"), heading("Việc một"))) == "Có ba việc…"


def test_long_sentences_are_cut_after_a_word():
    said = opening((paragraph("Triển khai kế hoạch " * 40 + "hết."),))
    assert said.endswith(("Triển…", "khai…", "kế…", "hoạch…"))
    assert MOST - 10 < len(said) <= MOST


@pytest.mark.skipif(not REAL, reason="the real articles are not here")
def test_real_articles_have_an_opening():
    for path in REAL:
        article = read(path)
        said = opening(article.body)
        assert 100 < len(said) <= MOST
        assert " ".join(article.body[0].text.split()).startswith(said[:40])
