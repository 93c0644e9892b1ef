"""Audiences as editors write them, and what is wrong with those that cannot be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcasts.audience import BadAudience, parse
from storage.audience import sql
from storage.conditions import Both, Either, Everyone, Interested, Is, Not
from storage.geography import provinces

COMMUNE, HANOI, CENTRAL = Is("level", ("commune",)), Is("province", ("01",)), Is("level", ("central",))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("all", Everyone()),
        ("  Tất cả ", Everyone()),
        ("TAT CA", Everyone()),
        ("mọi người", Everyone()),
        ("level=commune", COMMUNE),
        ("cấp=xã", COMMUNE),
        ("cấp = phường", COMMUNE),
        ("Cấp=cấp xã", COMMUNE),
        ("cap=trung uong", CENTRAL),
        ("level=province,commune", Is("level", ("province", "commune"))),
        ("province=01", HANOI),
        ("province=1", HANOI),
        ("tỉnh=Hà Nội", HANOI),
        ("thành phố=ha noi", HANOI),
        ("province=01,Đà Nẵng", Is("province", ("01", "48"))),
        ("tỉnh=Quảng Nam", Is("province", ("48",))),
        ("commune=00004", Is("commune", ("00004",))),
        ("xã=4", Is("commune", ("00004",))),
        ('unit="Sở Nội vụ"', Is("unit", ("Sở Nội vụ",))),
        ("đơn vị=Sở Nội vụ", Is("unit", ("Sở Nội vụ",))),
        ('unit="Trung tâm (một cửa), và bộ phận"', Is("unit", ("Trung tâm (một cửa), và bộ phận",))),
        ("person=1,2", Is("person", ("1", "2"))),
        ("area=TTHC", Interested(0b100)),
        ("lĩnh vực=tthc,1", Interested(0b101)),
        ("not level=central", Not(CENTRAL)),
        ("không cấp=trung ương", Not(CENTRAL)),
        ("not not all", Not(Not(Everyone()))),
        ("cấp=xã và tỉnh=Hà Nội", Both(COMMUNE, HANOI)),
        ("tỉnh=Hà Nội và không cấp=trung ương", Both(HANOI, Not(CENTRAL))),
        ("tất cả trừ cấp=trung ương", Both(Everyone(), Not(CENTRAL))),
        ("all not level=central", Both(Everyone(), Not(CENTRAL))),
        ("cấp=xã hoặc cấp=trung ương", Either(COMMUNE, CENTRAL)),
        ("level=commune or level=central and province=01", Either(COMMUNE, Both(CENTRAL, HANOI))),
        ("(level=commune or level=central) and province=01", Both(Either(COMMUNE, CENTRAL), HANOI)),
        ("not (level=commune or level=central)", Not(Either(COMMUNE, CENTRAL))),
        ("((all))", Everyone()),
    ],
)
def test_audience_is_read(said, meant):
    assert parse(said) == meant


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("", "the audience is empty; write 'all' or for example 'level=commune'"),
        ("   ", "the audience is empty"),
        ("cán bộ xã", "'cán bộ xã' is no condition; write one of level, province, commune, unit, area, then '='"),
        ("colour=red", "'colour' is no condition"),
        ("level", "'level' is no condition"),
        ("=commune", "'' is no condition"),
        ("level=", "there is no level ''"),
        ("level=xyz", "there is no level 'xyz'"),
        ("level=commune,", "there is no level ''"),
        ("level=commune level=central", "there is no level 'commune level'"),
        ("level==commune", "there is no level ''"),
        ("province=Sài Gòn Mới", "there is no province 'Sài Gòn Mới'"),
        ("xã=Ba Đình", "there is no commune 'Ba Đình'; write its code of five digits"),
        ("area=thể thao", "there is no area 'thể thao'"),
        ("area=cải cách", "there is no area 'cải cách'"),
        ('unit=""', "there is no unit ''"),
        ('unit="Sở Nội vụ', "a '\"' in the audience is never closed"),
        ("person=abc", "there is no person 'abc'"),
        ("person=²", "there is no person '²'"),
        ("person=99999999999999999999", "there is no person '99999999999999999999'"),
        ("(level=commune", "a '(' in the audience is never closed"),
        ("all)", "what is ')' in the audience? Join conditions with 'and' or 'or'"),
        ("all all", "what is 'all' in the audience?"),
        ("level=commune and", "'' is no condition"),
        ("or level=commune", "'or level' is no condition"),
        ("not", "'' is no condition"),
        ("(" * 2000, "the audience joins more than 50 conditions; list values with ',' instead"),
        ("not " * 51 + "all", "the audience joins more than 50 conditions"),
        ("all" + " and all" * 51, "the audience joins more than 50 conditions"),
    ],
)
def test_mistake_is_told(said, problem):
    with pytest.raises(BadAudience) as caught:
        parse(said)
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize("said", ["all" + " and all" * 50, "not " * 50 + "all", "(" * 50 + "all" + ")" * 50])
def test_longest_audience_that_is_taken_can_be_asked_of_the_database(said):
    assert str(sql(parse(said)).compile())


def test_all_34_provinces_may_be_listed():
    named = "tỉnh=" + ", ".join(province.full_name for province in provinces().values())
    assert parse(named) == Is("province", tuple(provinces()))


WORDS = st.sampled_from(
    ["all", "tất", "cả", "và", "hoặc", "không", "trừ", "not", "(", ")", "=", ",", '"', "cấp", "xã", "tỉnh", "Hà Nội", "unit", "²"]
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(max_size=30), st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS).map("".join)))
def test_whatever_is_written_it_is_read_or_refused(said):
    try:
        condition = parse(said)
    except BadAudience:
        return
    assert isinstance(condition, Everyone | Is | Interested | Not | Both | Either)
