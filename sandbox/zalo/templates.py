"""ZBS templates of the imitated account: approved beforehand, priced, and counted against a daily ladder."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.zalo.refusals import Refused
from sandbox.zalo.world import Json, Person, Sent, World


@dataclass(slots=True)
class Template:
    """One template; ``params`` maps a parameter to the most characters it takes."""

    id: str
    name: str
    params: dict[str, int]
    status: str = "ENABLE"
    price_uid: int = 560
    price_phone: int = 800
    by_uid: bool = True
    daily: int = 500


@dataclass(slots=True)
class Templates:
    """Templates and what was sent with them; ``spent`` in đồng."""

    world: World
    known: dict[str, Template] = field(default_factory=dict)
    sent: dict[tuple[str, int], int] = field(default_factory=dict)
    spent: int = 0

    def by_uid(self, body: Json) -> Json:
        """``POST v3.0/oa/message/template``."""
        template = self._checked(body)
        if not template.by_uid:
            raise Refused(-249)
        person = self.world.people.get(str(body.get("user_id")))
        if person is None:
            raise Refused(-213)
        sent = self._put(person, template, template.price_uid, body)
        return {"message_id": sent.id, "user_id": person.id, "quota": self._quota()}

    def by_phone(self, body: Json) -> Json:
        """``POST business…/message/template``."""
        phone, tracking = str(body.get("phone", "")), body.get("tracking_id")
        if not phone.startswith("84") or not phone.isdigit():
            raise Refused(-108)
        if not isinstance(tracking, str) or not 0 < len(tracking) <= 48:
            raise Refused(-1122, "tracking_id")
        template = self._checked(body)
        person = next((one for one in self.world.people.values() if one.phone == phone), None)
        if person is None:
            raise Refused(-118, "zalo account not existed")
        sent = self._put(person, template, template.price_phone, body)
        return {"msg_id": sent.id, "sent_time": self.world.stamp(), "quota": self._quota()}

    def _checked(self, body: Json) -> Template:
        template = self.known.get(str(body.get("template_id")))
        if template is None:
            raise Refused(-109)
        if template.status != "ENABLE":
            raise Refused(-131)
        data = body.get("template_data")
        if not isinstance(data, dict):
            raise Refused(-1122)
        for name, limit in template.params.items():
            if not data.get(name):
                raise Refused(-1122, f"template data is missing parameter {name}")
            if len(str(data[name])) > limit:
                raise Refused(-1121, f"parameter {name} too long")
        return template

    def _put(self, person: Person, template: Template, price: int, body: Json) -> Sent:
        if person.refuses:
            raise Refused(person.refuses)
        day = int(self.world.clock.now() // 86_400)
        if self._today(day) >= self.world.rules.daily_templates:
            raise Refused(-144)
        if self.sent.get((template.id, day), 0) >= template.daily:
            raise Refused(-147)
        self.sent[template.id, day] = self.sent.get((template.id, day), 0) + 1
        self.spent += price
        data = dict(body["template_data"])
        text = template.name + "".join(f"\n{name}: {value}" for name, value in data.items())
        sent = Sent(self.world.next_id(), self.world.clock.now(), "template", text, paid=True, data=data)
        return self.world.put(person, sent)

    def _today(self, day: int) -> int:
        return sum(n for (_, sent_on), n in self.sent.items() if sent_on == day)

    def _quota(self) -> Json:
        left = self.world.rules.daily_templates - self._today(int(self.world.clock.now() // 86_400))
        return {"dailyQuota": str(self.world.rules.daily_templates), "remainingQuota": str(left)}

    def listed(self) -> list[Json]:
        """``GET business…/template/all``."""
        return [
            {"templateId": t.id, "templateName": t.name, "status": t.status, "price": str(t.price_phone),
             "price_uid": str(t.price_uid), "price_sdt": str(t.price_phone)}
            for t in self.known.values()
        ]  # fmt: skip
