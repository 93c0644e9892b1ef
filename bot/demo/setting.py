"""The stage of the demo, set with the operators' own commands: officials, a bulletin, roles, a draft, a survey."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import click
from click.testing import CliRunner

from bot.demo.network import TOKEN, Network
from bot.demo.officials import officials, write_list

QUESTIONNAIRE = Path(__file__).parents[2] / "surveys" / "questionnaires" / "sipas-2026.yaml"
BULLETIN = Path(__file__).parent / "bulletin" / "issue.yaml"
OFFICIAL, CITIZEN, EDITOR, APPROVER = 1001, 2001, 3001, 3002
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

    def __post_init__(self) -> None:
        os.environ.update(
            LOA_DATABASE_URL=f"sqlite+aiosqlite:///{self.folder / 'loa.db'}",
            LOA_TELEGRAM_TOKEN=TOKEN,
            LOA_TELEGRAM_API_URL=self.network.url,
            LOA_WEB_PORT="0",
            LOA_TELEGRAM_PROXY="",
            LOA_TELEGRAM_WEBHOOK_URL="",
        )

    def loa(self, *arguments: str) -> str:
        """Run one of the operators' commands; its output. A failing one ends the demo with what it said."""
        done = CliRunner().invoke(self.command, list(arguments), prog_name="loa")
        if done.exit_code != 0:
            raise click.ClickException(f"loa {' '.join(arguments)}: {done.output}")
        return done.output

    def set(self, seed: int) -> None:
        """Everything before the curtain rises."""
        rows = list(officials(self.audience, FIRST_OFFICIAL, seed))
        rows[0] |= {
            "name": "Nguyễn Văn An", "title": "Trưởng phòng", "unit": "Sở Nội vụ", "level": "province",
            "province": "Hà Nội", "commune": "", "telegram": str(OFFICIAL),
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
