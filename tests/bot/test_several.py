"""Several processes on one PostgreSQL: everybody in order, whoever is asked, and nobody lost when one of them goes."""

import asyncio
import random
import signal
from collections import Counter

import aiohttp

from benchmarks.citizens import FIRST, questionnaire_of
from storage.database import Database
from tests.bot.several import Balancer, Several, answers, asked, meant, several, update, words

PEOPLE = list(range(FIRST, FIRST + 24))
QUESTIONS = tuple(f"Câu số {n}?" for n in range(1, 10))
"""What each of them is asked in turn; they have seen the first."""


async def everybody(made: Several, balancer: Balancer, *, shuffled: random.Random) -> None:
    """All of them talk at once; each waits for the door, and nobody for an answer."""
    said = {chat: words(chat) for chat in PEOPLE}
    async with aiohttp.ClientSession() as web, asyncio.TaskGroup() as talking:

        async def talk(chat: int) -> None:
            for n, text in enumerate(said[chat]):
                await balancer.post(web, update(100 * chat + n, chat, text))
                await asyncio.sleep(shuffled.uniform(0, 0.02))

        for chat in shuffled.sample(PEOPLE, len(PEOPLE)):
            talking.create_task(talk(chat))


async def heard(made: Several, survey_id: int, seconds: float = 120) -> None:
    """Wait until all answers are kept, exactly as given."""
    form = await questionnaire_of(made.loa.database, survey_id)
    expected = {chat: meant(form, chat) for chat in PEOPLE}
    async with asyncio.timeout(seconds):
        while await answers(made.loa.database, PEOPLE) != expected:
            await asyncio.sleep(0.1)


def shown(made: Several, chat: int) -> list[str]:
    """Which questions somebody was asked, in the order in which they arrived."""
    lines = [m.text.splitlines() for m in made.loa.messages(chat)]
    return [line for message in lines for line in message if line.startswith("Câu số")]


async def test_one_persons_messages_are_answered_in_order_by_any_of_two_processes(postgres_url: str, now):
    database = Database(postgres_url)
    async with several(database, postgres_url, now) as made:
        survey_id = await asked(made.loa, len(PEOPLE))
        doors = [(await made.start("intake")).door, (await made.start("intake")).door]
        await everybody(made, Balancer(doors), shuffled=random.Random(5))
        await heard(made, survey_id)
        await asyncio.sleep(0.5)

        seen = Counter(tuple(shown(made, chat)) for chat in PEOPLE)
        assert seen == {QUESTIONS: len(PEOPLE)}
        assert [await one.ends() for one in made.alive] == [0, 0]
    await database.close()


async def test_a_backlog_that_came_out_of_order_is_heard_as_it_was_said(postgres_url: str, now):
    database = Database(postgres_url)
    async with several(database, postgres_url, now) as made:
        survey_id = await asked(made.loa, len(PEOPLE))
        keeping = await made.start("web")
        every = [update(100 * c + n, c, w) for c in PEOPLE[:6] for n, w in enumerate(words(c))]
        async with aiohttp.ClientSession() as web:
            for said in random.Random(6).sample(every, len(every)):
                await Balancer([keeping.door]).post(web, said)
        await asyncio.gather(made.start("intake"), made.start("intake"))
        form = await questionnaire_of(database, survey_id)
        async with asyncio.timeout(90):
            while await answers(database, PEOPLE[:6]) != {chat: meant(form, chat) for chat in PEOPLE[:6]}:
                await asyncio.sleep(0.1)
    await database.close()


async def test_what_a_web_process_keeps_is_answered_by_another(postgres_url: str, now):
    database = Database(postgres_url)
    async with several(database, postgres_url, now) as made:
        web_only, _ = await asyncio.gather(made.start("web"), made.start("intake"))
        made.loa.person(4001).started = True
        async with aiohttp.ClientSession() as web, asyncio.timeout(90):
            await Balancer([web_only.door]).post(web, update(1, 4001, "/start"))
            while not made.loa.messages(4001):
                await asyncio.sleep(0.01)
    await database.close()


async def test_a_rolling_restart_is_not_noticed(postgres_url: str, now):
    database = Database(postgres_url)
    async with several(database, postgres_url, now) as made:
        survey_id = await asked(made.loa, len(PEOPLE))
        first, second = await asyncio.gather(made.start(), made.start())
        balancer = Balancer([first.door, second.door])
        talking = asyncio.create_task(everybody(made, balancer, shuffled=random.Random(7)))
        await asyncio.sleep(0.3)
        assert await first.ends() == 0
        third = await made.start()
        balancer.doors = [third.door, second.door]
        assert await second.ends() == 0
        await talking
        await heard(made, survey_id)
        seen = Counter(tuple(shown(made, chat)) for chat in PEOPLE)
        assert seen == {QUESTIONS: len(PEOPLE)}
    await database.close()


async def test_a_killed_and_a_frozen_process_keep_nobody_waiting_for_good(postgres_url: str, now):
    database = Database(postgres_url)
    async with several(database, postgres_url, now) as made:
        survey_id = await asked(made.loa, len(PEOPLE))
        killed, frozen, left = await asyncio.gather(made.start(), made.start(), made.start())
        balancer = Balancer([killed.door, frozen.door, left.door])
        talking = asyncio.create_task(everybody(made, balancer, shuffled=random.Random(8)))
        await asyncio.sleep(0.2)
        killed.process.kill()
        await asyncio.sleep(0.1)
        frozen.process.send_signal(signal.SIGSTOP)
        balancer.doors = [left.door]
        await talking
        await heard(made, survey_id, 40)
        frozen.process.send_signal(signal.SIGCONT)
        await asyncio.sleep(1)
        await heard(made, survey_id)
    await database.close()
