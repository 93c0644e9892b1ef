"""`loa invitations`: a single-use link for each imported person."""

import csv
import re

from storage.contacts import learn
from tests.cli.conftest import Cli


def test_invitations_are_of_those_who_are_not_on_telegram_yet(cli: Cli):
    cli.officials()
    cli.work(lambda session: learn(session, "telegram username", "loa_bot"))
    codes = dict(cli.sql("SELECT name, invitation FROM persons"))

    told = cli.reads("invitations")

    assert told == {
        "public": "https://t.me/loa_bot",
        "invitations": [
            {
                "person": 3, "name": "Trần Văn Cường", "title": "Chủ tịch", "unit": "UBND phường Hải Châu",
                "email": "cuong@danang.gov.vn", "link": f"https://t.me/loa_bot?start=i{codes['Trần Văn Cường']}",
            }
        ],
    }  # fmt: skip
    assert cli.says("invitations").splitlines() == [
        "public link: https://t.me/loa_bot",
        f"#3\tTrần Văn Cường\tUBND phường Hải Châu\thttps://t.me/loa_bot?start=i{codes['Trần Văn Cường']}",
    ]
    assert [one["person"] for one in cli.reads("invitations", "--all")["invitations"]] == [1, 2, 3]


def test_invitations_are_written_for_excel(cli: Cli):
    cli.officials()
    cli.work(lambda session: learn(session, "telegram username", "loa_bot"))

    said = cli.says("invitations", "--out", "moi.csv", "--all")

    assert said == "3 invitations written to moi.csv; public link: https://t.me/loa_bot\n"
    assert (cli.folder / "moi.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (cli.folder / "moi.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["Nguyễn Văn An", "Lê Thị Bình", "Trần Văn Cường"]
    payloads = [row["link"].removeprefix("https://t.me/loa_bot?start=") for row in rows]
    assert [one for one in payloads if not re.fullmatch(r"i[A-Za-z0-9_-]{16,63}", one)] == []
    assert len(set(payloads)) == 3
    assert cli.reads("invitations", "--out", "moi.csv") == {
        "public": "https://t.me/loa_bot", "invitations": 1, "written": "moi.csv"
    }  # fmt: skip


def test_invitations_that_cannot_be_made_or_written_say_why(cli: Cli):
    cli.officials()

    assert cli.refuses("invitations") == (
        "loa: the bot's name on Telegram is not known yet; run 'loa doctor' once with a token"
    )
    cli.work(lambda session: learn(session, "telegram username", "loa_bot"))
    assert cli.refuses("invitations", "--out", "gone/moi.csv") == (
        "loa: --out: gone/moi.csv cannot be written (No such file or directory); nothing was changed"
    )
