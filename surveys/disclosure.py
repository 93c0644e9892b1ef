"""Which figures are hidden: those of too few people, and as many others as keep these from being worked out. Pure.

A figure of fewer than ten people is shown to nobody. Where the people of several figures are together those of
another one that is shown, a single hidden one among them is that one less the others; so the smallest of the others
are hidden with it.
"""

from collections.abc import Iterable, Mapping, Sequence

FEWEST = 10
"""A figure of fewer people is shown to nobody."""
FEW = 30
"""A figure of fewer is shown to staff only, and marked."""


def hidden(
    people: Mapping[str, int], adding_up: Mapping[str, Sequence[str]], *, fewest: int = FEWEST
) -> frozenset[str]:
    """The figures that must not be shown, of those with ``people``; those of nobody say nothing and do not matter.

    ``adding_up`` tells which figures make up another one, from the top down. Those hidden in one place are two or
    more, and hide ``fewest`` people or more together. What is hidden and made up of others hides one of these.
    """
    gone = {key for key, n in people.items() if 0 < n < fewest}

    def smallest(keys: Iterable[str]) -> list[str]:
        """Those of somebody, that of the fewest people first."""
        return sorted((key for key in keys if people.get(key)), key=lambda key: (people[key], key))

    def beneath(key: str) -> list[str]:
        """What a figure is made up of at last, or itself."""
        return [end for part in adding_up[key] for end in beneath(part)] if key in adding_up else [key]

    before = -1
    while before != len(gone):
        before = len(gone)
        for whole, parts in adding_up.items():
            there = smallest(parts)
            lost = [key for key in there if key in gone]
            if whole in gone:
                gone.update(there[:1] if not lost else ())
                continue
            shown = [key for key in there if key not in gone]
            ends = smallest(end for key in lost for end in beneath(key))
            open_ends = [end for end in ends if end not in gone]
            unknown = sum(people[end] for end in ends if end in gone)
            if lost and len(lost) < 2:
                gone.add(shown[0] if shown else whole)
            elif lost and unknown < fewest:
                gone.add((open_ends or shown or [whole])[0])
    return frozenset(gone)
