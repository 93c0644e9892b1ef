"""Loa's pace on a hidden network, message by message, without dispatcher and database: as exact, and much faster.

The network's random numbers are used in the order in which ``hidden.Network`` uses them, so that the same answers get
lost: one when a message arrives, one when its answer comes back.
"""

import heapq
from collections import deque
from random import Random

from benchmarks.hidden import Draw, Limiter
from benchmarks.senders import CEILING, WARM_UP, Told
from broadcasts.outcome import FIRST_WAIT, MOST_ATTEMPTS
from broadcasts.pace import Pace
from broadcasts.search import Stage

SETTLED = 10.0
"""Seconds without a refusal after which a steady pace under the limit is taken to go on like this to the end."""
TURN = 1e-7


def course(draw: Draw, people: int, horizon: float) -> tuple[Told, Pace]:
    """A broadcast to so many, for so many seconds at most; what came of it, and the pace at its end."""
    pace, limiter, random = Pace(CEILING), Limiter(draw.rate, draw.burst, draw.penalty), Random(draw.seed)
    now, turn, refused, newest, passed = 0.0, 0, 0, 0.0, list[float]()
    left, seen, attempts = deque(range(people)), set[int](), dict[int, int]()
    again: list[tuple[float, int]] = []
    under_way: list[tuple[float, int, float, int, int]] = []
    while now < horizon and (left or again or under_way):
        while again and again[0][0] <= now:
            left.appendleft(heapq.heappop(again)[1])
        calm = now > max(WARM_UP, limiter.shut_until, pace.frozen_until) + SETTLED
        if calm and left and pace.stage is Stage.STEADY and pace.rate < draw.rate:
            count = len(left) + len(again)
            newest = min(horizon, now + count / pace.rate)
            passed += [now + n / pace.rate for n in range(int((newest - now) * pace.rate))]
            break
        due = now + max(pace.until_due(now), 0.0) if left else again[0][0] if again else horizon
        if not under_way or under_way[0][0] > due:
            now = due
            if left and not pace.take_if_due(now):
                now += TURN
            elif left:
                turn += 1
                heapq.heappush(under_way, (now + draw.latency / 2, turn, now, left.popleft(), -1))
            continue
        now, _, sent, who, wait = heapq.heappop(under_way)
        if wait < 0:
            if wait := limiter.wait(now, who):
                refused += 1
            else:
                passed.append(now)
                newest = newest if who in seen else now
                seen.add(who)
            turn += 1
            heapq.heappush(under_way, (now + draw.latency * random.uniform(0.4, 0.6), turn, sent, who, wait))
        elif random.random() < draw.lost:
            pace.unheard(sent)
            attempts[who] = attempts.get(who, 0) + 1
            if attempts[who] < MOST_ATTEMPTS:
                heapq.heappush(again, (now + FIRST_WAIT * 3 ** (attempts[who] - 1), who))
        elif wait:
            pace.throttled(now, sent, str(who), wait, fresh=True)
            heapq.heappush(again, (now + wait, who))
    end = min(newest, horizon)
    used = sum(WARM_UP < at <= end for at in passed) / (draw.rate * (end - WARM_UP))
    return Told(round(used, 4), round(1e4 * refused / (len(passed) + refused), 2), 0, 0), pace
