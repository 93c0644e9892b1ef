"""What the imitated OpenAPI refuses with: a code and a sentence, inside an answer of HTTP 200."""

from __future__ import annotations

SAID = {
    -32: "application reached limit call api",
    -100: "attachment expired",
    -108: "phone number is invalid",
    -109: "template id is invalid",
    -114: "user cannot receive",
    -1121: "template parameter too long",
    -1122: "template data is missing parameter",
    -124: "access token is invalid",
    -131: "template is not approved",
    -147: "template reached its daily quota",
    -144: "oa reached its daily quota",
    -200: "send message failed",
    -201: "params is invalid",
    -210: "params exceeds limit",
    -211: "out of quota",
    -213: "user has not followed oa",
    -216: "access token is invalid",
    -223: "quota of articles is used up",
    -227: "user is banned or has been inactive for more than 45 days",
    -230: "user has not interacted with the oa in the past 7 days",
    -233: "message type is not supported or is no longer available",
    -240: "this api is no longer available",
    -244: "user has restricted this type of message from your oa",
    -249: "template cannot be sent by user id",
    -14002: "invalid app id",
    -14014: "invalid refresh token",
}


class Refused(Exception):
    """A call that is refused; ``code`` goes into the envelope."""

    def __init__(self, code: int, said: str = "") -> None:
        super().__init__(said or SAID.get(code, "unknown error"))
        self.code = code
