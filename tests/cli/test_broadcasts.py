"""`loa broadcast`: from draft to report, by whom it may be done, and what is refused."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from broadcasts.finish import start_due
from storage.database import Database
from storage.enums import ChannelName
from tests.cli.conftest import Cli
from tests.world import ISSUE

YEAR = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).year + 1
"""Commands take the time from the clock, so what is to be sent later is sent next year."""
DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
NONE = dict.fromkeys(("pending", "sending", "sent", "failed", "skipped", "unknown"), 0)
HOA, NAM = ("--by", 3001), ("--by", 3002)


def staffed(cli: Cli) -> Cli:
    """An editor, an approver, three officials of whom two are on Telegram, and a bulletin."""
    cli.staff()
    cli.officials()
    cli.says("import", "bulletin", ISSUE, "--number", 47)
    return cli


def drafted(cli: Cli) -> Cli:
    staffed(cli).says("broadcast", "draft", "--bulletin", 47, *HOA)
    return cli


def submitted(cli: Cli) -> Cli:
    drafted(cli).says("broadcast", "submit", 1, *HOA)
    return cli


def started(cli: Cli) -> Cli:
    """On its way, as the clock of a running Loa starts it."""

    async def start() -> list[int]:
        database = Database(cli.url)
        try:
            latest = timedelta(hours=12)
            return await start_due(database, [ChannelName.TELEGRAM], datetime.now(UTC), latest=latest)
        finally:
            await database.close()

    submitted(cli).says("broadcast", "approve", 1, *NAM)
    assert asyncio.run(start()) == [1]
    return cli


def test_from_draft_to_approval_with_a_return_between(cli: Cli):
    staffed(cli)
    hoa, nam = ("--by", "trần thị hoa"), ("--by", "#2")

    said = [
        cli.says("broadcast", "draft", "--bulletin", 47, "--audience", "cấp=xã", *hoa),
        cli.says("broadcast", "submit", 1, *hoa),
        cli.says("broadcast", "return", 1, "--note", "Sửa tiêu đề", *nam),
        cli.says("broadcast", "submit", 1, *hoa),
        cli.says("broadcast", "approve", 1, "--at", f"14h30 25/11/{YEAR}", *nam),
    ]

    assert said == [
        "broadcast 1 is a draft for 2 people, 1 of them reachable now\n",
        "broadcast 1 is submitted\n",
        "broadcast 1 is a draft again\n",
        "broadcast 1 is submitted\n",
        f"broadcast 1 is approved for 14:30 {DAYS[date(YEAR, 11, 25).weekday()]}, 25/11/{YEAR}\n",
    ]
    told = cli.reads("broadcast", "status", 1)
    assert [(deed["who"], deed["did"], deed["detail"]) for deed in told.pop("history")] == [
        ("Trần Thị Hoa", "draft", "cấp=xã"),
        ("Trần Thị Hoa", "submit", ""),
        ("Lê Quốc Nam", "return", "Sửa tiêu đề"),
        ("Trần Thị Hoa", "submit", ""),
        ("Lê Quốc Nam", "approve", f"{YEAR}-11-25T14:30:00+07:00"),
    ]
    assert told == {
        "id": 1, "kind": "send", "of": None, "title": f"Bản tin số 47/{YEAR - 1}", "status": "approved", "audience": "cấp=xã",
        "author": "Trần Thị Hoa", "approver": "Lê Quốc Nam", "send_at": f"{YEAR}-11-25T07:30:00+00:00",
        "started_at": None, "finished_at": None, "note": "", "people": 0, "deliveries": NONE, "reasons": {},
        "possibly_twice": 0,
    }  # fmt: skip


AUDIENCES = {
    "all": (3, 2), "level=commune": (2, 1), "tỉnh=Hà Nội và không cấp=xã": (1, 1), "province=48": (1, 0),
}  # fmt: skip


def test_a_draft_tells_whom_it_means_and_who_can_be_reached(plain: Cli):
    staffed(plain)

    told = [plain.reads("broadcast", "draft", "--bulletin", 47, "--audience", one, *HOA) for one in AUDIENCES]

    assert told == [
        {"id": id, "audience": audience, "people": people, "reachable": reachable}
        for id, (audience, (people, reachable)) in enumerate(AUDIENCES.items(), 1)
    ]


@pytest.mark.parametrize("at", [f"{YEAR}-11-30T08:00", f"08:00 30/11/{YEAR}", f"{YEAR}-11-30T01:00+00:00"])
def test_a_time_to_send_is_read_as_people_write_it(plain: Cli, at: str):
    submitted(plain).says("broadcast", "approve", 1, "--at", at, *NAM)

    assert plain.reads("broadcast", "status", 1)["send_at"] == f"{YEAR}-11-30T01:00:00+00:00"


def test_without_a_time_it_is_sent_now(plain: Cli):
    before = datetime.now(UTC)

    submitted(plain).says("broadcast", "approve", 1, *NAM)

    assert before <= datetime.fromisoformat(plain.reads("broadcast", "status", 1)["send_at"]) <= datetime.now(UTC)


TIMES = {
    "sáng mai": "loa: no time of day in 'sáng mai'; write for example '8:00 thứ Hai' or '14:30 25/11'",
    "25:00 mai": "loa: '25:00' is no time of day",
    "8:00 31/02": "loa: '31/02' in '8:00 31/02' is no day",
    "2020-01-01": "loa: '2020-01-01' has passed already",
}


def test_a_time_that_cannot_be_read_or_has_passed_is_refused(plain: Cli):
    submitted(plain)

    assert {at: plain.refuses("broadcast", "approve", 1, "--at", at, *NAM) for at in TIMES} == TIMES


def test_the_author_may_not_approve_even_as_approver(cli: Cli):
    submitted(cli).says("grant", "approver", 3001)

    assert cli.refuses("broadcast", "approve", 1, *HOA) == "loa: the author of a broadcast may not approve it"


NO_EDITOR, NO_APPROVER = (
    "loa: {} is no editor; see 'loa grant --help'",
    "loa: {} is no approver; see 'loa grant --help'",
)
ROLES = {
    ("draft", "--bulletin", 47, *NAM): NO_EDITOR.format("Lê Quốc Nam"),
    ("submit", 1, *NAM): NO_EDITOR.format("Lê Quốc Nam"),
    ("approve", 1, *HOA): NO_APPROVER.format("Trần Thị Hoa"),
    ("return", 1, "--note", "Sửa", *HOA): NO_APPROVER.format("Trần Thị Hoa"),
    ("pause", 1, "--by", 1001): "loa: Nguyễn Văn An is no approver or editor; see 'loa grant --help'",
    ("resume", 1, "--by", 1001): "loa: Nguyễn Văn An is no approver or editor; see 'loa grant --help'",
    ("cancel", 1, "--by", 1001): "loa: Nguyễn Văn An is no approver or editor; see 'loa grant --help'",
}


def test_each_deed_needs_its_role(cli: Cli):
    drafted(cli)

    assert {words: cli.refuses("broadcast", *words) for words in ROLES} == ROLES


def test_a_role_that_was_taken_away_is_gone(plain: Cli):
    drafted(plain).says("revoke", "editor", 3001)

    assert plain.refuses("broadcast", "submit", 1, *HOA) == NO_EDITOR.format("Trần Thị Hoa")


WRONG_STATUS = {
    ("approve", 1, *NAM): "loa: cannot approve a broadcast that is draft",
    ("return", 1, "--note", "x", *NAM): "loa: cannot return a broadcast that is draft",
    ("return", 1, "--note", "  ", *NAM): "loa: a returned broadcast needs a note for its author",
    ("pause", 1, *HOA): "loa: cannot pause a broadcast that is draft",
    ("resume", 1, *HOA): "loa: cannot resume a broadcast that is draft",
    ("submit", 2, *HOA): "loa: there is no broadcast 2",
    ("cancel", 2, *HOA): "loa: there is no broadcast 2",
    ("status", 2): "loa: there is no broadcast 2",
    ("recipients", 2): "loa: there is no broadcast 2",
}


def test_what_a_draft_cannot_become_is_refused(cli: Cli):
    drafted(cli)

    assert {words: cli.refuses("broadcast", *words) for words in WRONG_STATUS} == WRONG_STATUS


def test_a_broadcast_on_its_way_is_paused_resumed_and_cancelled(cli: Cli):
    started(cli)

    said = [cli.says("broadcast", deed, 1, *HOA) for deed in ("pause", "resume", "pause", "cancel")]

    assert said == ["broadcast 1 is paused\n", "broadcast 1 goes on\n", "broadcast 1 is paused\n",
                    "broadcast 1 is cancelled\n"]  # fmt: skip
    told = cli.reads("broadcast", "status", 1)
    assert (told["status"], told["people"], told["deliveries"]) == ("cancelled", 3, {**NONE, "skipped": 3})
    assert told["reasons"] == {"cancelled": 2, "no contact": 1}
    assert cli.refuses("broadcast", "cancel", 1, *HOA) == "loa: cannot cancel a broadcast that is cancelled"


def test_recipients_are_told_by_status_with_the_reason(cli: Cli):
    started(cli).sql(
        "UPDATE deliveries SET status = 'failed', reason = 'blocked', detail = 'Forbidden', attempts = 1 "
        "WHERE address = '1002'"
    )

    told = cli.reads("broadcast", "recipients", 1, "--status", "failed")

    assert told == [{
        "person": 4, "name": "Lê Thị Bình", "title": "Chuyên viên", "unit": "UBND phường Ba Đình",
        "channel": "telegram", "status": "failed", "reason": "blocked", "detail": "Forbidden",
        "possibly_twice": False, "tried": [], "attempts": 1, "sent_at": None, "read_at": None,
    }]  # fmt: skip
    assert cli.says("broadcast", "recipients", 1, "--status", "skipped", "--status", "failed") == (
        "failed\tblocked\t#4\tLê Thị Bình\tUBND phường Ba Đình\tForbidden\n"
        "skipped\tno contact\t#5\tTrần Văn Cường\tUBND phường Hải Châu\t\n"
    )
    assert cli.reads("broadcast", "recipients", 1, "--possibly-twice") == []
    assert [one["name"] for one in cli.reads("broadcast", "recipients", 1)] == [
        "Lê Thị Bình", "Nguyễn Văn An", "Trần Văn Cường"
    ]  # fmt: skip


def test_the_status_as_text_counts_and_tells_who_did_what(plain: Cli):
    said = started(plain).says("broadcast", "status", 1).splitlines()

    assert said[:8] == [
        f"broadcast 1, Bản tin số 47/{YEAR - 1}: sending, 3 people (all)",
        "  pending: 2", "  sending: 0", "  sent: 0", "  failed: 0", "  skipped: 1", "  unknown: 0",
        "    no contact: 1",
    ]  # fmt: skip
    assert [line.split(" UTC ")[1].split(" 20")[0] for line in said[8:]] == [
        "Trần Thị Hoa: draft all", "Trần Thị Hoa: submit ", "Lê Quốc Nam: approve", "loa: start 3 people"
    ]  # fmt: skip


DRAFTS = {
    ("--bulletin", 48, *HOA): "loa: there is no bulletin 48; import it: loa import bulletin FILE…",
    ("--bulletin", 47, "--year", 2020, *HOA): (
        "loa: there is no bulletin 47/2020; import it: loa import bulletin FILE…"
    ),
    ("--bulletin", 47, "--audience", "", *HOA): (
        "loa: the audience is empty; write 'all' or for example 'level=commune'"
    ),
    ("--bulletin", 47, "--audience", "cấp=huyện", *HOA): "loa: there is no level 'huyện'",
    ("--bulletin", 47, "--audience", "chức vụ=A", *HOA): (
        "loa: 'chức vụ' is no condition; write one of level, province, commune, unit, area, then '='"
    ),
    ("--bulletin", 47, "--audience", "(all", *HOA): "loa: a '(' in the audience is never closed",
    ("--bulletin", 47, "--by", "Ai đó"): (
        "loa: nobody is called 'Ai đó'; write a name, an e-mail address, a Telegram id, or '#' and a person id"
    ),
    ("--bulletin", 47, "--by", "#x"): (
        "loa: '#x' is no person id; write '#' and a number, as in the output of 'loa broadcast recipients'"
    ),
    ("--bulletin", 47, "--by", "#9"): (
        "loa: nobody is called '#9'; write a name, an e-mail address, a Telegram id, or '#' and a person id"
    ),
}


def test_a_draft_that_cannot_be_made_says_why(cli: Cli):
    staffed(cli)

    assert {words: cli.refuses("broadcast", "draft", *words) for words in DRAFTS} == DRAFTS


def test_one_of_several_people_of_a_name_is_meant_by_number(plain: Cli):
    staffed(plain)
    plain.says("import", "officials", plain.file("b.csv", "họ tên,đơn vị\nTrần Thị Hoa,Sở Y tế\n"))
    plain.says("import", "bulletin", ISSUE, "--number", 48)
    draft = ("broadcast", "draft", "--bulletin", 48)

    assert plain.refuses(*draft, "--by", "Trần Thị Hoa") == (
        "loa: 2 people are called 'Trần Thị Hoa' (#1, #6); write the one that you mean as '#' and its id"
    )
    assert plain.reads(*draft, "--by", "#1")["id"] == 1


NUMBERS = {
    ("status", 2**63): f"Invalid value for 'ID': {2**63} is not in the range 1<=x<={2**63 - 1}.",
    ("status", "một"): "Invalid value for 'ID': 'một' is not a valid integer range.",
    ("draft", "--bulletin", 40000, *HOA): "Invalid value for '--bulletin': 40000 is not in the range 1<=x<=32767.",
    ("recipients", 1, "--status", "lost"): (
        "Invalid value for '--status': "
        "'lost' is not one of 'pending', 'sending', 'sent', 'failed', 'skipped', 'unknown'."
    ),
    ("return", 1, *NAM): "Missing option '--note'.",
    ("approve", 1): "Missing option '--by'.",
}  # fmt: skip


def test_arguments_that_no_database_holds_are_refused_by_name(cli: Cli):
    said = {words: cli.refuses("broadcast", *words).splitlines()[-1] for words in NUMBERS}

    assert said == {words: f"Error: {problem}" for words, problem in NUMBERS.items()}
