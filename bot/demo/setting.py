"""The stage of the demo, set with the operators' own commands: officials, a bulletin, roles, a draft, a survey."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import click
from click.testing import CliRunner

from bot.demo.network import TOKEN, Network, free_port
from bot.demo.officials import officials, write_list

QUESTIONNAIRE = Path(__file__).parents[2] / "surveys" / "questionnaires" / "sipas-2026.yaml"
BULLETIN = Path(__file__).parent / "bulletin" / "issue.yaml"
OFFICIAL, CITIZEN, EDITOR, APPROVER = 1001, 2001, 3001, 3002
ZALO_OFFICIAL, ZALO_CITIZEN = "6100000000000000001", "6100000000000000002"
MAIL_OFFICIAL, MAIL_CITIZEN = "cuong.lv@example.gov.vn", "lan.pt@example.vn"
TEMPLATE, TEMPLATE_PARAMS = "demo-ban-tin", ("so", "tieu_de", "lien_ket")
TEMPLATE_PRICE = 560
FIRST_OFFICIAL = 100_000
FIRST_CITIZEN = 900_000
PLACES = ("00004", "00070", "20194", "25750", "31120")
"""Communes at whose offices the simulated citizens are asked."""


@dataclass
class Stage:
    """What the story plays on; ``command`` is the operators' command line."""

    network: Network
    command: click.Command
    folder: Path
    audience: int
    broadcast_id: int = 0
    survey_id: int = 0
    links: dict[str, str] = field(default_factory=dict)
    bulletin: tuple[Path, ...] = (BULLETIN,)

    web_port: int = field(default_factory=free_port)
    """Fixed, since letters and Zalo messages hold addresses of Loa's pages."""

    def __post_init__(self) -> None:
        zalo = self.network.zalo
        os.environ.update(
            LOA_DATABASE_URL=f"sqlite+aiosqlite:///{self.folder / 'loa.db'}",
            LOA_TELEGRAM_TOKEN=TOKEN,
            LOA_TELEGRAM_API_URL=self.network.url,
            LOA_WEB_PORT=str(self.web_port),
            LOA_WEB_URL=self.web_url,
            LOA_TELEGRAM_PROXY="",
            LOA_TELEGRAM_WEBHOOK_URL="",
            LOA_CHANNEL_ORDER="telegram zalo_oa email",
            LOA_ZALO_OA_API_URL=self.network.url,
            LOA_ZALO_OA_OAUTH_URL=self.network.url,
            LOA_ZALO_OA_APP_ID=zalo["app_id"],
            LOA_ZALO_OA_APP_SECRET=zalo["app_secret"],
            LOA_ZALO_OA_ID=zalo["oa_id"],
            LOA_ZALO_OA_REFRESH_TOKEN=zalo["refresh_token"],
            LOA_ZALO_OA_WEBHOOK_SECRET=zalo["oa_secret"],
            LOA_ZALO_OA_TEMPLATE_ID=TEMPLATE,
            LOA_ZALO_OA_TEMPLATE_PARAMS=",".join(TEMPLATE_PARAMS),
            LOA_ZALO_OA_TEMPLATE_LINK=self.web_url,
            LOA_ZALO_OA_TEMPLATE_PRICE=str(TEMPLATE_PRICE),
            LOA_ZALO_BOT_TOKEN="",
            LOA_ZALO_PROXY="",
            LOA_EMAIL_HOST="127.0.0.1",
            LOA_EMAIL_PORT=str(self.network.smtp_port),
            LOA_EMAIL_SECURITY="none",
            LOA_EMAIL_USERNAME="",
            LOA_EMAIL_PASSWORD="",
            LOA_EMAIL_SENDER="bantin@example.gov.vn",
            LOA_EMAIL_BOUNCE_PORT="0",
        )

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    def loa(self, *arguments: str) -> str:
        """Run one of the operators' commands; what it said on stdout, without notes and warnings.

        A failing one ends the demo with all that it said.
        """
        done = CliRunner().invoke(self.command, list(arguments), prog_name="loa")
        if done.exit_code != 0:
            raise click.ClickException(f"loa {' '.join(arguments)}: {done.output}")
        return done.stdout

    def set(self, seed: int) -> None:
        """Everything before the curtain rises."""
        rows = list(officials(self.audience, FIRST_OFFICIAL, seed))
        rows[0] |= {
            "name": "Nguyễn Văn An", "title": "Trưởng phòng", "unit": "Sở Nội vụ", "level": "province",
            "province": "Hà Nội", "commune": "", "telegram": str(OFFICIAL),
        }  # fmt: skip
        if self.audience >= 20:
            there = {
                "level": "province",
                "province": "Hà Nội",
                "commune": "",
                "telegram": "",
                "zalo": "",
                "email": "",
            }
            rows[1] |= there | {
                "name": "Đỗ Ngọc Bích", "title": "Phó Trưởng phòng", "unit": "Sở Tư pháp", "zalo": ZALO_OFFICIAL,
            }  # fmt: skip
            rows[2] |= there | {
                "name": "Lê Văn Cường", "title": "Chuyên viên", "unit": "Sở Tài chính", "email": MAIL_OFFICIAL,
            }  # fmt: skip
        listed = self.folder / "can-bo.csv"
        write_list(listed, iter(rows))
        self.loa("import", "officials", str(listed))
        imported = json.loads(self.loa("import", "bulletin", *map(str, self.bulletin), "--json"))
        self.loa("import", "questionnaire", str(QUESTIONNAIRE))
        self.loa("grant", "editor", str(EDITOR), "--name", "Trần Thị Hoa")
        self.loa("grant", "approver", str(APPROVER), "--name", "Lê Quốc Nam")
        by = ("--by", str(EDITOR))
        drafted = self.loa("broadcast", "draft", "--bulletin", str(imported["number"]), "--json", *by)
        self.broadcast_id = json.loads(drafted)["id"]
        opened = self.loa(
            "survey", "open", "sipas-2026", "--title", "Sự hài lòng về phục vụ hành chính 2026", "--json"
        )
        self.survey_id = json.loads(opened)["id"]

    def make_links(self) -> None:
        """A deep link for each place, with its QR code beside."""
        for place in PLACES:
            made = self.loa("survey", "link", str(self.survey_id), "--unit", place, "--json",
                            "--qr", str(self.folder / f"{place}.svg"))  # fmt: skip
            self.links[place] = json.loads(made)["url"]
