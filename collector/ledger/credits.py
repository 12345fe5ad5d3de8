"""To whom a session's time is credited, as steps: each from its instant until the next. Pure.

Whatever is done to them, they cover all time, so what they credit always sums to what was observed.
"""

from collections.abc import Sequence

from collector.ledger.intervention import Credit

Steps = tuple[Credit, ...]


def owner_at(steps: Sequence[Credit], at: int) -> int:
    """The intervention that this instant is credited to."""
    return next(each.intervention_id for each in reversed(steps) if each.from_at <= at)


def until_of(steps: Sequence[Credit], at: int) -> int | None:
    """Where the step of this instant ends; None where it goes on."""
    return next((each.from_at for each in steps if each.from_at > at), None)


def given(steps: Sequence[Credit], to: int, from_at: int, until_at: int | None, *, of: int | None = None) -> Steps:
    """With [from_at, until_at) credited to `to`, without end where that is None; only what is `of`'s, where told."""
    bounds = sorted({each.from_at for each in steps} | {from_at} | ({until_at} if until_at is not None else set()))
    made: list[Credit] = []
    for at in bounds:
        owner = owner_at(steps, at)
        inside = from_at <= at and (until_at is None or at < until_at)
        made.append(Credit(at, to if inside and of in (None, owner) else owner))
    return joined(made)


def joined(steps: Sequence[Credit]) -> Steps:
    """Without steps that change nothing."""
    kept: list[Credit] = []
    for each in steps:
        if not kept or kept[-1].intervention_id != each.intervention_id:
            kept.append(each)
    return tuple(kept)
