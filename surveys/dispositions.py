"""What became of each person who was asked, and the rates that survey people count from it. Pure.

The categories and rates are those of AAPOR, *Standard Definitions* (10th edition, 2023), for surveys of persons whose
names are on a list, asked over the internet or by telephone. What we chose:

- Nothing heard after an invitation is "unknown, nothing ever returned" (UH), not "non-contact": a message that was
  delivered does not show that the number or address is still that person's. So is a telephone that nobody answers.
- An invitation that came back, a number that is dead or somebody else's is "unknown, other" (UO): for a person on a
  list it says that the address is bad, not that the person is not eligible. (It would be "not eligible" if numbers
  were dialled at random.)
- Opened and left before enough was answered for a partial is a break-off, which AAPOR counts with the refusals (R).
- Not yet invited is outside: part of the list that has not been released. That is fair only where people are
  invited in random order.
- Non-contact (NC: known to be eligible, known not to have been there) and other (O: ill, no common language) are
  learned by no channel of ours. They are kept at nought, so that the formulas read as they are published.

An open link has no sample and no response rate, whatever is divided by what; for it there is ``OpenRates``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Disposition(StrEnum):
    """What became of one person on the list."""

    PENDING = "pending"
    INVITED = "invited"
    OPENED = "opened"
    REFUSED = "refused"
    PARTIAL = "partial"
    COMPLETE = "complete"
    INELIGIBLE = "ineligible"
    UNREACHABLE = "unreachable"


class Category(StrEnum):
    """AAPOR's categories, by its own letters."""

    COMPLETE = "I"
    PARTIAL = "P"
    REFUSAL = "R"
    NON_CONTACT = "NC"
    OTHER = "O"
    UNKNOWN_HOUSEHOLD = "UH"
    UNKNOWN_OTHER = "UO"
    NOT_ELIGIBLE = "NE"


CATEGORY: dict[Disposition, Category | None] = {
    Disposition.PENDING: None,
    Disposition.INVITED: Category.UNKNOWN_HOUSEHOLD,
    Disposition.OPENED: Category.REFUSAL,
    Disposition.REFUSED: Category.REFUSAL,
    Disposition.PARTIAL: Category.PARTIAL,
    Disposition.COMPLETE: Category.COMPLETE,
    Disposition.INELIGIBLE: Category.NOT_ELIGIBLE,
    Disposition.UNREACHABLE: Category.UNKNOWN_OTHER,
}
"""Where each is counted; None is not counted."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares between 0 and 1 by AAPOR's formulas; None where there is nothing to divide by.

    With K = I + P + R + NC + O, those known to be eligible, and U = UH + UO, those not known to be:

    - rr1 = I / (K + U), the lowest; rr2 = (I + P) / (K + U)
    - rr3 = I / (K + e U); rr4 = (I + P) / (K + e U); to be published with e
    - rr5 = I / K, the highest; rr6 = (I + P) / K; only where nobody unknown can be eligible, so hardly ever here
    - coop1 = I / (I + P + R + O): completes among those we reached
    - ref1 = R / (K + U): refusals and break-offs among all
    - con1 = (I + P + R + O) / (K + U): those we reached among all
    - break_off = B / (I + P + B), B opened and left: Callegaro and DiSogra, Public Opinion Quarterly 72 (2008)
    - eligible_share = e
    """

    rr1: float | None
    rr2: float | None
    rr3: float | None
    rr4: float | None
    rr5: float | None
    rr6: float | None
    coop1: float | None
    ref1: float | None
    con1: float | None
    break_off: float | None
    eligible_share: float | None


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def rates(counts: Mapping[Disposition, int], *, eligible_share: float | None = None) -> Rates:
    """All rates from how many people have each disposition.

    ``eligible_share`` is e, the share of the unknown that is taken to be eligible. If not given it is as among the
    known, K / (K + NE): CASRO's proportional allocation (1982). ValueError for counts below 0 and shares outside 0–1.
    """
    if any(n < 0 for n in counts.values()):
        raise ValueError(f"counts below 0: {dict(counts)}")
    if eligible_share is not None and not 0 <= eligible_share <= 1:
        raise ValueError(f"the eligible share {eligible_share} does not lie between 0 and 1")
    n = dict.fromkeys(Category, 0)
    for disposition, people in counts.items():
        category = CATEGORY[disposition]
        if category is not None:
            n[category] += people
    complete, both = n[Category.COMPLETE], n[Category.COMPLETE] + n[Category.PARTIAL]
    reached = both + n[Category.REFUSAL] + n[Category.OTHER]
    known = reached + n[Category.NON_CONTACT]
    unknown = n[Category.UNKNOWN_HOUSEHOLD] + n[Category.UNKNOWN_OTHER]
    e = _share(known, known + n[Category.NOT_ELIGIBLE]) if eligible_share is None else eligible_share
    likely = 0.0 if e is None else known + e * unknown
    left = counts.get(Disposition.OPENED, 0)
    return Rates(
        rr1=_share(complete, known + unknown),
        rr2=_share(both, known + unknown),
        rr3=_share(complete, likely),
        rr4=_share(both, likely),
        rr5=_share(complete, known),
        rr6=_share(both, known),
        coop1=_share(complete, reached),
        ref1=_share(n[Category.REFUSAL], known + unknown),
        con1=_share(reached, known + unknown),
        break_off=_share(left, both + left),
        eligible_share=e,
    )


@dataclass(frozen=True, slots=True)
class OpenRates:
    """How far those came who found an open link; nobody knows among how many, so none of it is a response rate.

    Of those who ``opened`` it some ``agreed`` to take part, and of these some are ``partial`` and some ``complete``.
    """

    opened: int
    agreed: int
    partial: int
    complete: int

    def __post_init__(self) -> None:
        if min(self.partial, self.complete) < 0 or not self.partial + self.complete <= self.agreed <= self.opened:
            raise ValueError(f"each is a part of the one before, and these are not: {self}")

    @property
    def completion(self) -> float | None:
        """complete / agreed; None if nobody agreed."""
        return _share(self.complete, self.agreed)

    @property
    def participation(self) -> float | None:
        """complete / opened; None if nobody opened it."""
        return _share(self.complete, self.opened)
