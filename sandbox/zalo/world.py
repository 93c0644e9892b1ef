"""Who is on the imitated Zalo, and what was sent to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import Clock
from sandbox.zalo.settings import Settings

Json = dict[str, Any]


class SimError(Exception):
    """A person in the simulation cannot do that."""


@dataclass(slots=True)
class Sent:
    """One message in somebody's chat; ``kind`` is text, image, file, template or article."""

    id: str
    at: float
    kind: str = "text"
    text: str = ""
    buttons: list[Json] = field(default_factory=list)
    paid: bool = False
    data: Json = field(default_factory=dict)


@dataclass(slots=True)
class Person:
    """Somebody with Zalo; ``interacted`` is when they last did something that opens the window."""

    id: str
    name: str
    phone: str = ""
    follows: bool = False
    refuses: int = 0
    """A code with which every message to them is refused; 0 for none."""
    interacted: float | None = None
    free_used: int = 0
    messages: list[Sent] = field(default_factory=list)
    said: list[Json] = field(default_factory=list)
    """What they typed, as their own telephone shows it: id, at, text."""


class World:
    """The state of one Official Account and of the people around it."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings, self.rules, self.clock = settings, settings.rules, clock
        self.people: dict[str, Person] = {}
        self.events: list[Callable[[Json], None]] = []
        self.observers: list[Callable[[Person, Sent], None]] = []
        self.spoken: list[Callable[[Person], None]] = []
        """Told whoever did something."""
        self.paid_used = 0
        self.calls: dict[int, int] = {}
        self._next = 1

    def person(self, id: object) -> Person:
        """Somebody who acts; SimError when there is nobody with this id."""
        try:
            return self.people[str(id)]
        except KeyError:
            raise SimError(f"nobody has the id {id}") from None

    def add(self, person: Person) -> Person:
        """Adds a person; SimError when the id is taken."""
        if person.id in self.people:
            raise SimError(f"{person.id} exists")
        self.people[person.id] = person
        return person

    def next_id(self) -> str:
        """The id of one more message, as opaque as Zalo's."""
        self._next += 1
        return f"{self._next * 0x9E3779B97F4A7C15 % 2**64:016x}{self._next:08x}"

    def put(self, person: Person, sent: Sent) -> Sent:
        """A message arrives in somebody's chat."""
        person.messages.append(sent)
        for observer in self.observers:
            observer(person, sent)
        return sent

    def stamp(self) -> str:
        """Milliseconds since 1970, as a string."""
        return str(int(self.clock.now() * 1000))

    def happened(self, event: Json) -> None:
        """Tell the webhook."""
        for listener in self.events:
            listener(event)
