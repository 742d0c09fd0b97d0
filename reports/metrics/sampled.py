"""Numbers of which a part was sampled: what was counted, by ratio and by group of users.

A source that sends the share p of the users' events shows a part of every sum. What one user does
comes together or not at all, so sums of sampled days are kept for each group of users (`user_group`
of facts), under the ratio of their day. Sums and differences of such numbers are exact integers
again, group by group; what they say of the whole is worked out at the end (see `estimates`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

# What was counted in each group of users; a group without anything is not in it.
Groups = Mapping[int, int]


class Sampled:
    """A sum over days: `whole` of days on which everything came, `parts` of sampled ones by ratio.

    A ratio under which nothing was counted is among `parts`, too: what a sample does not hold is
    not nothing. It answers what the formulas of metrics ask of an integer.
    """

    __slots__ = ("parts", "whole")

    def __init__(self, whole: int, parts: Mapping[Fraction, Groups]) -> None:
        self.whole = whole
        self.parts: dict[Fraction, dict[int, int]] = {p: dict(of) for p, of in parts.items()}

    @property
    def value(self) -> Fraction:
        """The estimate of the whole: each part over its ratio."""
        parts = (Fraction(sum(groups.values())) / p for p, groups in self.parts.items())
        return sum(parts, Fraction(self.whole))

    @property
    def observed(self) -> int:
        """What was counted itself, of whatever days."""
        return self.whole + sum(sum(groups.values()) for groups in self.parts.values())

    def take(self, number: int, *, group: int, ratio: Fraction) -> None:
        """Count `number` of one group of users in."""
        groups = self.parts.setdefault(ratio, {})
        groups[group] = groups.get(group, 0) + number

    def __add__(self, other: "int | Sampled") -> "Sampled":
        return self._joined(other, 1)

    __radd__ = __add__

    def __sub__(self, other: "int | Sampled") -> "Sampled":
        return self._joined(other, -1)

    def __rsub__(self, other: int) -> "Sampled":
        return sampled(other) - self

    def __mul__(self, times: int) -> "Sampled":
        parts = {p: {g: n * times for g, n in groups.items()} for p, groups in self.parts.items()}
        return Sampled(self.whole * times, parts)

    __rmul__ = __mul__

    def __neg__(self) -> "Sampled":
        return self * -1

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        """Whether both counted the same, group by group."""
        if not isinstance(other, int | Sampled):
            return NotImplemented
        left = self - other
        return not left.whole and not any(any(g.values()) for g in left.parts.values())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Sampled({self.whole}, {self.parts})"

    def _joined(self, other: "int | Sampled", sign: int) -> "Sampled":
        other = sampled(other)
        made = Sampled(self.whole + sign * other.whole, self.parts)
        for ratio, groups in other.parts.items():
            made.parts.setdefault(ratio, {})
            for group, number in groups.items():
                made.take(sign * number, group=group, ratio=ratio)
        return made


@dataclass(frozen=True)
class SampledRatio:
    """One sampled number over another, of the same days and users."""

    above: Sampled
    below: Sampled

    @property
    def value(self) -> Fraction:
        return self.above.value / self.below.value


# A number that formulas of metrics compute with.
Number = int | Sampled


def sampled(number: Number) -> Sampled:
    """`number` as one of which nothing was sampled, if it is an integer."""
    return number if isinstance(number, Sampled) else Sampled(number, {})


def nothing_of(ratios: Iterable[Fraction]) -> Number:
    """What is counted where no fact is: nothing at all on full days, else nothing in the sample."""
    parts: dict[Fraction, Groups] = {ratio: {} for ratio in ratios}
    return Sampled(0, parts) if parts else 0


class Counts(Counter[Any]):
    """Numbers by kind of event, each an integer or, where days were sampled, a `Sampled`.

    `nothing` is the number of a kind that has no facts.
    """

    def __init__(self, *given: Any, nothing: Number = 0) -> None:
        self.nothing: Any = nothing
        super().__init__(*given)

    def __missing__(self, kind: Any) -> Any:
        return self.nothing

    def take(self, kind: Any, number: int, group: int | None, ratio: Any) -> None:
        """Count `number` in, of all users or, on a sampled day, of a group of them."""
        if group is None:
            self[kind] = self[kind] + number
            return
        counted: Any = self.get(kind)
        if not isinstance(counted, Sampled):
            counted = sampled(self[kind]) + 0
            self[kind] = counted
        counted.take(number, group=group, ratio=Fraction(ratio))

    def join(self, other: "Counts") -> None:
        """Take `other` in. Unlike `+` on counters this keeps zeros and negative values."""
        for kind in {**self, **other}:
            self[kind] = self[kind] + other[kind]
        self.nothing = self.nothing + other.nothing
