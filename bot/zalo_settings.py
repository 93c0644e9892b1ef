"""Settings of Zalo's further ways: templates by telephone, invitations to surveys, articles to all who follow."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


def three_names(value: str) -> str:
    """The names of a template's three parameters; ValueError for any other number of them."""
    if len(value.split(",")) != 3:
        raise ValueError("must be three names parted by commas, the last one for the link")
    return value


class ZaloWays(BaseSettings):
    """All of them are off until they are set; tried against the sandbox, never against live Zalo."""

    zalo_oa_by_phone: bool = Field(
        False,
        description="Send templates by telephone number too, to those who agreed to it and have no other way before.",
    )
    zalo_oa_phone_price: int = Field(
        0, ge=0, description="Price of one template message by telephone number in đồng, for plans and reports."
    )
    zalo_oa_business_url: str = Field(
        "https://business.openapi.zalo.me", description="Zalo's host for templates by telephone number, or a sandbox."
    )
    zalo_oa_invite_template_id: str = Field(
        "", description="Approved ZBS template that invites to a survey outside the 7-day window; empty for none."
    )
    zalo_oa_invite_params: str = Field(
        "noi,ngay,lien_ket", description="That template's parameters for place, day and link, by commas."
    )
    zalo_oa_dedicated: bool = Field(
        False,
        description="Only officials follow the OA: a bulletin to everybody goes to followers as one article, once.",
    )

    @field_validator("zalo_oa_invite_params")
    @classmethod
    def _three_invite_names(cls, value: str) -> str:
        return three_names(value)
