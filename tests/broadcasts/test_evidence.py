"""What is remembered of what was sent, and what a refusal tells where answers got lost before it."""

from broadcasts.evidence import MOST_STRETCHES, MOST_UNHEARD, REMEMBERED, TOGETHER, Bounds, Evidence


def sent(messages: int, *unheard: float) -> Evidence:
    """So many messages, a tenth of a second apart from 0 on."""
    evidence = Evidence()
    for n in range(messages):
        evidence.count(n / 10)
    evidence.unheard.extend(unheard)
    return evidence


def test_of_a_message_that_was_not_answered_it_is_open_whether_it_passed():
    """The next one was refused: at most it is what it would be alone, at least what it is without the silent one."""
    bounds, passed = sent(10, 0.8).after_refusal([0.9])
    answered, first = sent(10).after_refusal([0.9])[0], sent(10).after_refusal([0.8])[0]
    assert passed == 9
    assert (bounds.most, bounds.least) == (answered.most, first.least)
    assert answered.least != first.least


def test_two_that_were_not_answered_are_open_and_one_further_back_is_not():
    first = sent(10).after_refusal([0.7])[0]
    assert sent(10, 0.7, 0.8).after_refusal([0.9])[0].least == first.least
    assert sent(10, 0.2, 0.7, 0.8 + TOGETHER / 2).after_refusal([0.9])[0].least == first.least
    assert sent(10, 0.7).after_refusal([0.9])[0] == sent(10).after_refusal([0.9])[0]


def test_where_nothing_was_answered_before_it_a_refusal_is_taken_as_it_is():
    assert sent(2, 0.0).after_refusal([0.1]) == sent(2).after_refusal([0.1])


def test_the_first_refused_is_found_by_when_it_left():
    """The time that a sender knows is a hair before or after that of its slot."""
    evidence = sent(10)
    assert [evidence.first_refused([at]) for at in (0.0, 0.2997, 0.3003, 0.9, 5.0)] == [1, 4, 4, 10, 10]
    assert evidence.first_refused([0.5, 0.3, 0.7]) == 4
    assert evidence.first_refused([-1.0]) == 10


def test_of_those_that_left_at_once_the_last_ones_were_refused():
    evidence = sent(10)
    evidence.begin(3.0)
    for _ in range(5):
        evidence.count(3.0)
    assert evidence.first_refused([3.0]) == 15
    assert evidence.first_refused([3.0, 3.0 + 0.9 * TOGETHER]) == 14
    assert evidence.first_refused([3.0, 3.0 + 1.5 * TOGETHER]) == 15


def test_no_more_were_refused_than_are_known():
    evidence = sent(10)
    evidence.settle(Bounds())
    for _ in range(3):
        evidence.count(3.0)
    assert evidence.first_refused([3.0] * 5) == 11


def test_how_many_of_the_last_stretch_passed():
    evidence = sent(10)
    assert Evidence().passed_of_last([1.0]) == 0
    evidence.begin(2.0)
    for n in range(3):
        evidence.count(2.0 + n / 10)
    assert evidence.passed_of_last([2.2]) == 2
    assert evidence.passed_of_last([2.0]) == evidence.passed_of_last([0.3]) == 0


def test_the_one_before_may_have_been_refused_unheard_unless_there_is_none():
    assert sent(10).if_unheard([0.9]) == sent(10).after_refusal([0.8])[0]
    assert sent(1).if_unheard([0.0]) == sent(1).after_refusal([0.0])[0]


def test_before_a_refusal_of_what_nothing_is_known_of_nothing_passed():
    assert Evidence().after_refusal([1.0])[1] == 0


def test_what_is_remembered_of_what_was_sent_has_an_end():
    evidence = Evidence()
    for n in range(REMEMBERED + 100):
        evidence.count(n / 1000)
        evidence.unheard.append(n / 1000)
        evidence.begin(n / 1000)
    assert (len(evidence.sent), len(evidence.unheard)) == (REMEMBERED, MOST_UNHEARD)
    assert len(evidence.stretches) <= MOST_STRETCHES + 1


def test_a_reply_that_leaves_later_than_what_is_counted_after_it_keeps_the_order():
    evidence = Evidence()
    for at in (5.0, 4.0, 6.0):
        evidence.count(at)
    assert [at for at, _ in evidence.sent] == [5.0, 5.0, 6.0]
