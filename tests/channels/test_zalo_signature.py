"""Signatures of webhooks: the one that is believed in, and which other would fit."""

import hashlib

import pytest

from channels.zalo_signature import Signing, Whose

IDS = {Whose.APP: "123", Whose.OA: "456"}
SECRETS = {Whose.APP: "app-secret", Whose.OA: "oa-secret"}
RAW = b'{"event_name":"user_send_text","timestamp":"1"}'


def mac(id: str, secret: str, raw: bytes = RAW) -> str:
    return "mac=" + hashlib.sha256(id.encode() + raw + b"1" + secret.encode()).hexdigest()


@pytest.mark.parametrize("id", Whose)
@pytest.mark.parametrize("secret", Whose)
def test_each_variant_can_be_believed_in_and_no_other_fits(id: Whose, secret: Whose):
    signing = Signing(IDS, SECRETS, id, secret)
    given = mac(IDS[id], SECRETS[secret])

    assert signing.right(given, RAW, "1")
    assert signing.other(given, RAW, "1") == (id, secret)
    assert not signing.right(given, RAW + b" ", "1")
    assert not signing.right(given, RAW, "2")
    believed = {(i, s) for i in Whose for s in Whose if Signing(IDS, SECRETS, i, s).right(given, RAW, "1")}
    assert believed == {(id, secret)}


@pytest.mark.parametrize("given", ["", "mac=", mac("123", ""), mac("123", "guessed"), "é" * 5])
def test_a_stranger_fits_nothing(given: str):
    assert Signing(IDS, SECRETS).other(given, RAW, "1") is None
    assert not Signing(IDS, {Whose.APP: "", Whose.OA: ""}).right(given, RAW, "1")


def test_secrets_are_not_shown():
    assert "secret" not in repr(Signing(IDS, {Whose.APP: "app-secret", Whose.OA: "oa-secret"})).replace(
        "secret=<", ""
    )
