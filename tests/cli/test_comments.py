"""`loa survey comments`: masked texts by place, and the record of who read them."""

from surveys.masking import PHONE
from tests.cli.answers import answered
from tests.cli.conftest import Cli


def test_comments_are_listed_by_place_and_reading_them_is_recorded(cli: Cli):
    survey_id = cli.survey()
    answered(cli, survey_id, "00004", satisfied=9, others=2, why="Chờ lâu; gọi 0912 345 678")
    answered(cli, survey_id, "20242", satisfied=8, others=1, why="Cán bộ cáu")
    answered(cli, survey_id, "25750", satisfied=8, others=1, why="Ghế\nnhỏ")

    told = cli.reads("survey", "comments", survey_id)

    rest = {"place": "", "name": "Các nơi khác", "people": 18, "n": 2, "texts": {"why": ["Cán bộ cáu", "Ghế\nnhỏ"]}}
    assert told["n"] == 4
    assert [one for one in told["places"] if not one["place"]] == [rest]
    named = next(one for one in told["places"] if one["place"])
    assert (named["name"], named["people"]) == ("Phường Ba Đình, Thành phố Hà Nội", 11)
    assert named["texts"] == {"why": [f"Chờ lâu; gọi {PHONE}"] * 2}
    assert "    - Ghế nhỏ" in cli.says("survey", "comments", survey_id).splitlines()
    assert cli.sql("SELECT actor, subject, detail FROM audit WHERE action = 'comments'") == [
        ("operator", f"survey {survey_id}", "4 comments")
    ] * 2  # fmt: skip


def test_no_comments_of_a_survey_that_there_is_not(plain: Cli):
    assert plain.refuses("survey", "comments", 7) == "loa: there is no survey 7; see 'loa survey list'"
