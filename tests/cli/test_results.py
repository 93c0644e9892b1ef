"""`loa survey publish-results` and `loa results-link`: closed surveys alone are published, links are signed."""

from tests.cli.answers import answered
from tests.cli.conftest import Cli


def test_only_a_closed_survey_is_published(cli: Cli):
    survey_id = cli.survey()
    answered(cli, survey_id, "00004", satisfied=9, others=2)
    refused = cli.refuses("survey", "publish-results", survey_id)
    assert refused.startswith(f"loa: survey {survey_id} is still open: ")
    assert refused.endswith(f"close it first: loa survey close {survey_id}")
    assert cli.sql("SELECT results_public_at FROM surveys") == [(None,)]
    cli.says("survey", "close", survey_id)
    assert cli.says("survey", "publish-results", survey_id).strip() == f"everybody may see /k/{survey_id} now"
    assert [at is None for (at,) in cli.sql("SELECT results_public_at FROM surveys")] == [False]
    cli.says("survey", "publish-results", survey_id, "--off")
    assert cli.sql("SELECT results_public_at FROM surveys") == [(None,)]
    assert cli.sql("SELECT action, subject FROM audit WHERE action LIKE '%results'") == [
        ("publish results", f"survey {survey_id}"), ("hide results", f"survey {survey_id}"),
    ]  # fmt: skip


def test_no_link_without_an_address_or_a_survey(cli: Cli):
    assert cli.refuses("results-link", cli.survey()).startswith("loa: set LOA_WEB_URL to the public address")
    assert cli.refuses("survey", "publish-results", 7) == "loa: there is no survey 7; see 'loa survey list'"
