"""What the results pages have to say, one field for each; how numbers are written in each language. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language; ``{…}`` are gaps that are filled when it is said."""

    point: str
    thousands: str
    to_content: str
    language: str
    staff: str
    public: str
    sections: str
    from_to: str
    until_today: str
    overall: str
    interval: str
    no_interval: str
    counted: str
    effective: str
    margin: str
    national_mark: str
    look_at: str
    everybody: str
    provinces: str
    months: str
    show: str
    of_part: str
    back: str
    no_detail: str
    factors: str
    factors_table: str
    criteria: str
    name: str
    share: str
    score: str
    people: str
    between: str
    hidden: str
    few: str
    hidden_short: str
    map: str
    by_province: str
    nobody: str
    province: str
    bands: tuple[str, str, str, str, str]
    map_few: str
    hoang_sa: tuple[str, str]
    truong_sa: tuple[str, str]
    rank: str
    rank_mark: str
    rank_rule: str
    no_rank_rule: str
    no_places: str
    groups: str
    groups_note: str
    no_answer: str
    trend: str
    survey: str
    year: str
    published: str
    unconfirmed: str
    broken: str
    broken_note: str
    national_note: str
    trend_rule: str
    trend_alone: str
    rates: str
    rates_note: str
    open_rates_note: str
    rate: Mapping[str, str]
    disposition: Mapping[str, str]
    quality: str
    quality_note: str
    flag: Mapping[str, str]
    excluded: str
    none_excluded: str
    mode: Mapping[str, str]
    month: str
    how: str
    recruited: Mapping[str, str]
    method: str
    method_interval: str
    method_pooled: str
    weighted: str
    weighed: str
    weighed_note: str
    as_counted: str
    as_weighed: str
    policies: str
    services: str
    unweighted: str
    modes: str
    threshold_public: str
    threshold_staff: str
    table: str
    comments: str
    comments_note: str
    no_comments: str
    comments_by_place: str
    elsewhere: str
    earlier_page: str
    later_page: str
    page: str
    not_public: str
    not_public_more: str
    expired: str
    expired_more: str
    app_title: str
    app_wait: str
    app_go: str
    app_outside: str
    app_refused: str
    printed: str
    answers_open: str


def decimal(said: Words, value: float, places: int = 2) -> str:
    """'84,25' or '84.25'."""
    return f"{value:.{places}f}".replace(".", said.point)


def number(said: Words, value: float) -> str:
    """'12.345' or '12,345'."""
    return f"{round(value):,}".replace(",", said.thousands)
