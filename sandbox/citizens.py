"""Simulated respondents: each opens the link, reads what the bot shows, and answers to the end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.crowd import name
from sandbox.expected import expected_index
from sandbox.persona import Persona
from sandbox.questionnaire import Survey, load_survey, read_survey
from sandbox.reading import Phrases, Reaction, decide
from sandbox.telegram import people
from sandbox.telegram.chats import Chat
from sandbox.telegram.world import Happening, SimError, World

PATIENCE = 15.0
PATIENT_TIMES = 20
COUNT_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """One wave of respondents."""

    survey: Survey
    phrases: Phrases
    payloads: tuple[str, ...]
    count: int
    first_id: int
    seed: int
    concurrency: int
    think: float
    quit_share: float
    patience: float


@dataclass(slots=True)
class Tally:
    """What came of a wave."""

    started: int = 0
    completed: int = 0
    answers: int = 0
    gave_up: int = 0
    forms: list[dict[str, Any]] = field(default_factory=list)


class Citizen:
    """One person at their phone."""

    def __init__(self, world: World, plan: Plan, tally: Tally, number: int) -> None:
        self._world, self._plan, self._tally = world, plan, tally
        self._persona = Persona(plan.seed, number)
        self._payload = plan.payloads[number % len(plan.payloads)] if plan.payloads else ""
        self._quits_after = self._persona.quits_after(plan.quit_share)
        self._news = asyncio.Event()
        self._changed: set[int] = set()
        self._acted: set[tuple[Any, ...]] = set()
        self._answers: dict[str, Any] = {}
        self._agreed: set[str] = set()
        self._left = False
        self.chat = self._own_chat(plan.first_id + number)

    def _own_chat(self, number: int) -> Chat:
        known = self._world.chats.get(number)
        if known:
            return known
        return self._world.add_chat(Chat(id=number, name=name(self._persona.name_chance), cheap=True))

    def notice(self, message_id: int) -> None:
        """Something of the bot's appeared or changed on the screen."""
        self._changed.add(message_id)
        self._news.set()

    async def live(self) -> None:
        """From /start to the thanks, or until they quit or lose patience for good."""
        self._tally.started += 1
        self._begin()
        silences = 0
        while not self._left:
            try:
                async with asyncio.timeout(self._plan.patience):
                    await self._news.wait()
            except TimeoutError:
                silences += 1
                if silences > PATIENT_TIMES:
                    self._tally.gave_up += 1
                    return
                self._insist()
                continue
            silences = 0
            self._news.clear()
            if self._plan.think:
                await asyncio.sleep(self._plan.think)
            self._look()

    def _begin(self) -> None:
        people.say(self._world, self.chat, f"/start {self._payload}".rstrip())

    def _reactions(self, message_ids: Iterator[int]) -> Iterator[Reaction]:
        for number in message_ids:
            message = self.chat.messages.get(number)
            if message is None or message.mine:
                continue
            reaction = decide(
                message,
                self._plan.survey,
                persona=self._persona,
                phrases=self._plan.phrases,
                answered=self._answers,
                agreed=self._agreed,
            )
            if reaction:
                yield reaction

    def _look(self) -> None:
        """Acts on the newest message that calls for something not yet done."""
        changed = sorted(self._changed, reverse=True)
        self._changed.clear()
        for reaction in self._reactions(iter(changed)):
            if reaction.key not in self._acted:
                self._act(reaction)
                return

    def _insist(self) -> None:
        """After a long silence: the same tap or words once more, or /start when there is nothing to tap."""
        newest = sorted(self.chat.messages, reverse=True)
        reaction = next(self._reactions(iter(newest)), None)
        if reaction:
            self._act(reaction)
        else:
            self._begin()

    def _act(self, reaction: Reaction) -> None:
        self._acted.add(reaction.key)
        if reaction.ends:
            self._tally.completed += 1
            self._tally.forms.append(self._answers)
            self._left = True
            return
        if reaction.data:
            people.tap(self._world, self.chat, reaction.message_id, reaction.data)
        else:
            people.say(self._world, self.chat, reaction.words)
        if reaction.agrees:
            self._agreed.add(reaction.agrees)
        if reaction.item:
            self._answers[reaction.item] = reaction.value
            self._tally.answers += reaction.value is not None
        self._left = self._quits_after is not None and len(self._answers) >= self._quits_after


def read_plan(values: dict[str, Any]) -> Plan:
    """The JSON of POST /sim/citizens as a plan."""
    if "questionnaire" in values:
        survey = read_survey(values["questionnaire"])
    else:
        survey = load_survey(Path(values["questionnaire_file"]))
    given = {f: tuple(map(str, values[f])) for f in ("agree", "done", "skip", "thanks") if f in values}
    plan = Plan(
        survey=survey,
        phrases=Phrases(**given),
        payloads=tuple(map(str, values.get("payloads") or ())),
        count=int(values.get("count", 200)),
        first_id=int(values.get("first_id", 900_000)),
        seed=int(values.get("seed", 1)),
        concurrency=int(values.get("concurrency", 50)),
        think=float(values.get("think", 0.0)),
        quit_share=float(values.get("quit_share", 0.0)),
        patience=float(values.get("patience", PATIENCE)),
    )
    if not 0 < plan.count <= COUNT_LIMIT or plan.concurrency < 1:
        raise SimError(f"count must lie between 1 and {COUNT_LIMIT}, concurrency above 0")
    return plan


class Citizens:
    """The wave under way; the next one may start when it is over."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._plan: Plan | None = None
        self._tally = Tally()
        self._at_phone: dict[int, Citizen] = {}
        self._task: asyncio.Task[None] | None = None
        world.observers.append(self._hear)

    @property
    def running(self) -> bool:
        """Whether somebody is still answering."""
        return self._task is not None and not self._task.done()

    def start(self, plan: Plan, *, reset: bool = True) -> None:
        """Lets the people begin; with reset=False the earlier waves stay in the expected index."""
        if self.running:
            raise SimError("the respondents are still answering")
        if reset:
            self._tally = Tally()
        self._plan = plan
        self._task = asyncio.create_task(self._wave(plan, self._tally), name="citizens")

    async def stop(self) -> None:
        """Sends everybody home."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def view(self) -> dict[str, Any]:
        """The JSON of GET /sim/citizens."""
        tally = self._tally
        expected = expected_index(self._plan.survey, tally.forms) if self._plan else None
        return {
            "running": self.running,
            "started": tally.started,
            "completed": tally.completed,
            "answers": tally.answers,
            "gave_up": tally.gave_up,
            "expected": expected,
        }

    def _hear(self, happening: Happening) -> None:
        citizen = self._at_phone.get(happening.chat.id)
        message = happening.message
        if citizen and message and not message.mine:
            citizen.notice(message.id)

    async def _wave(self, plan: Plan, tally: Tally) -> None:
        waiting = iter(range(plan.count))

        async def seat() -> None:
            for number in waiting:
                citizen = Citizen(self._world, plan, tally, number)
                self._at_phone[citizen.chat.id] = citizen
                try:
                    await citizen.live()
                except SimError:
                    # the chat given for them is blocked or gone
                    tally.gave_up += 1
                finally:
                    del self._at_phone[citizen.chat.id]

        async with asyncio.TaskGroup() as group:
            for _ in range(min(plan.concurrency, plan.count)):
                group.create_task(seat())
