"""Surveys as managed things: their design, cases, quotas, interviewers, and what is known of each response."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TO_SEND = sa.text("status IN ('pending', 'sending')")
INTERVIEWS = sa.text("interviewer_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("survey_id", NUMBER, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("telegram", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("disposition", sa.String(), nullable=False),
        sa.Column("claim", NUMBER, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("invited_at", MOMENT, nullable=True),
        sa.Column("reminded", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_cases_survey_id_surveys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("code", name=op.f("uq_cases_code")),
        sa.UniqueConstraint("survey_id", "reference", name=op.f("uq_cases_survey_id_reference")),
    )
    op.create_index("ix_cases_due", "cases", ["survey_id", "due_at", "id"], sqlite_where=TO_SEND,
                    postgresql_where=TO_SEND)  # fmt: skip
    op.create_index("ix_cases_disposition", "cases", ["survey_id", "disposition"])
    op.create_table(
        "quota_counts",
        sa.Column("survey_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("target", NUMBER, nullable=False),
        sa.Column("n", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_quota_counts_survey_id_surveys")),
        sa.PrimaryKeyConstraint("survey_id", "name", name=op.f("pk_quota_counts")),
    )
    op.create_table(
        "break_offs",
        sa.Column("survey_id", NUMBER, nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("n", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_break_offs_survey_id_surveys")),
        sa.PrimaryKeyConstraint("survey_id", "question", name=op.f("pk_break_offs")),
    )
    op.create_table(
        "assignments",
        sa.Column("survey_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("target", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_assignments_survey_id_surveys")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_assignments_person_id_persons")),
        sa.PrimaryKeyConstraint("survey_id", "person_id", "unit", name=op.f("pk_assignments")),
    )
    op.create_table(
        "callbacks",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("survey_id", NUMBER, nullable=False),
        sa.Column("interviewer_id", NUMBER, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("interviewed_on", sa.Date(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("drawn", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_callbacks_survey_id_surveys")),
        sa.ForeignKeyConstraint(["interviewer_id"], ["persons.id"], name=op.f("fk_callbacks_interviewer_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
    )
    op.create_index("ix_callbacks_survey_id", "callbacks", ["survey_id", "interviewer_id"])
    op.add_column("surveys", sa.Column("design", sa.JSON(), nullable=True))
    op.add_column("contacts", sa.Column("language", sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("responses") as responses:
        responses.add_column(sa.Column("case_id", NUMBER, nullable=True))
        responses.add_column(sa.Column("interviewer_id", NUMBER, nullable=True))
        responses.add_column(sa.Column("mode", sa.String(), server_default="chat", nullable=False))
        responses.add_column(sa.Column("language", sa.String(), server_default="", nullable=False))
        responses.add_column(sa.Column("seconds", NUMBER, server_default="0", nullable=False))
        responses.add_column(sa.Column("quick", sa.SmallInteger(), server_default="0", nullable=False))
        responses.add_column(sa.Column("flags", sa.SmallInteger(), server_default="0", nullable=False))
        responses.add_column(sa.Column("excluded", sa.Boolean(), server_default=sa.false(), nullable=False))
        responses.add_column(sa.Column("weight", sa.Float(), server_default="1", nullable=False))
        responses.add_column(sa.Column("reminded", sa.SmallInteger(), server_default="0", nullable=False))
        responses.add_column(sa.Column("place", sa.String(), server_default="", nullable=False))
        responses.create_foreign_key(op.f("fk_responses_case_id_cases"), "cases", ["case_id"], ["id"])
        responses.create_foreign_key(
            op.f("fk_responses_interviewer_id_persons"), "persons", ["interviewer_id"], ["id"]
        )
    op.create_index("ix_responses_interviewer_id", "responses", ["interviewer_id", "survey_id"],
                    sqlite_where=INTERVIEWS, postgresql_where=INTERVIEWS)  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_responses_interviewer_id", "responses")
    with op.batch_alter_table("responses") as responses:
        responses.drop_constraint(op.f("fk_responses_interviewer_id_persons"), type_="foreignkey")
        responses.drop_constraint(op.f("fk_responses_case_id_cases"), type_="foreignkey")
        for column in (
            "place", "reminded", "weight", "excluded", "flags", "quick", "seconds", "language", "mode",
            "interviewer_id", "case_id",
        ):  # fmt: skip
            responses.drop_column(column)
    op.drop_column("contacts", "language")
    op.drop_column("surveys", "design")
    op.drop_table("callbacks")
    op.drop_table("assignments")
    op.drop_table("break_offs")
    op.drop_table("quota_counts")
    op.drop_table("cases")
