"""The page of `compare` in plain lines of at most 80 characters: every case first, then how sure one can be."""

from __future__ import annotations

from collections.abc import Iterator

from personshaped.learning.extrapolate_words import columns, wrapped
from personshaped.learning.old_new import OTHERS, ByItself, Compared, Lacking, OldNew
from personshaped.statistics.pairs import Shift, SignFlip, cases_needed
from personshaped.statistics.worst_times import Drawn, Starts

_SAYS = {
    "demands": "times asked", "hours": "hours worked",
    "cost_marginal": "cost at marginal rates, £ (what one more or fewer adds or spares)",
    "cost": "cost at average rates, £ (the value of capacity, not cash)",
    "cost_slope": "trend of that cost, £ a month each month",
}  # fmt: skip
CHANCE, MANY = 0.05, 200
_CALLED = {"hours": "hours worked", "cost_marginal": "cost at marginal rates", "cost": "cost at average rates"}


def page(found: Compared) -> list[str]:
    """Heading, every pair, what is known of them all, what would have come by itself, and what to keep in mind."""
    lines = [f"Old against new: {found.heading}", *wrapped(who_says(found)), ""]
    measures = {one.name: one for one in found.measures}
    lacking = {one.name: one for one in found.lacking}
    for name in _SAYS:
        if name in measures:
            lines += [*_measure(measures[name]), *_itself(found.by_itself.get(name)), ""]
        elif name in lacking:
            lines += [*wrapped(lacking_says(lacking[name])), ""]
    for note in (*found.notes, "What happened to these cases. Not a promise for the next, and no judgement of anyone."):
        lines += wrapped(note)
    return lines


def lacking_says(one: Lacking) -> str:
    """What cannot be compared, and why."""
    return f"{_CALLED[one.name]}: not known, as {one.why}"


def who_says(found: Compared) -> str:
    """How many could have been cases, who declined, and who is no longer there (survivorship)."""
    eligible = f"{found.eligible} could have been chosen" if found.eligible else "how many could have been is not said"
    asked = f"{found.asked} were asked and {found.declined} of them declined"
    return f"{eligible}; {asked}; {found.left} died or moved away in the time."


def _measure(one: OldNew) -> Iterator[str]:
    yield from wrapped(f"{_SAYS[one.name]}: {one.lower} of {len(one.pairs)} lower in the new way")
    yield from columns(("case", "old", "new", "old - new"), [
        (pair.case_id, _n(pair.old), _n(pair.new), _n(pair.difference)) for pair in one.pairs])  # fmt: skip
    yield from wrapped(spread_says(one))
    shift = one.shift
    if shift.low is not None and shift.high is not None:
        yield from wrapped(f"Typical difference (Hodges–Lehmann) {_n(shift.estimate)}, from {_n(shift.low)} to "
                           f"{_n(shift.high)} ({shift.confidence:.1%}, exact).")  # fmt: skip
    else:
        yield from wrapped(f"Typical difference (Hodges–Lehmann) {_n(shift.estimate)}; too few cases for an interval.")
    if ratio := ratio_says(one):
        yield from wrapped(ratio)
    yield from wrapped(tested_says(one))
    if one.bootstrap_t:
        also = one.bootstrap_t
        yield from wrapped(f"As asked: {also.is_what}, {also.resamples:,} resamples, from {_n(also.low)} to "
                           f"{_n(also.high)}.")  # fmt: skip


def spread_says(one: OldNew) -> str:
    """How far apart the differences lie, the middle one, and their mean."""
    d = sorted(one.differences)
    return f"Differences from {_n(d[0])} to {_n(d[-1])}, the middle one {_n(one.median)}, mean {_n(one.mean)}."


def ratio_says(one: OldNew) -> str:
    """How many times old new is, by the geometric mean; blank where a ratio says nothing."""
    if one.ratio is None or one.name == "cost_slope":
        return ""
    interval = f" (from {one.ratio.low:.2f} to {one.ratio.high:.2f})" if one.ratio.low is not None else ""
    added = "; 1 was added to every value, as one is 0" if one.ratio.added else ""
    return f"New is {one.ratio.ratio:.2f} times old{interval}{added}."


def tested_says(one: OldNew) -> str:
    """The exact test with its floor, or why there is none; where chance may do it, how many cases it would take."""
    if one.flip is None:
        cases = "1 case" if len(one.pairs) == 1 else f"{len(one.pairs)} cases"
        return f"{cases}: no test is made (fewer than 6, or more than 20).{_would_take(one)}"
    hits, floor = one.flip.hits, one.flip.floor
    fewest = (
        f": with {len(one.pairs)} cases it can never be fewer." if (hits, one.flip.of) == floor else
        f". With {len(one.pairs)} cases it can never be fewer than {floor[0]} of {floor[1]} "
        f"({floor[0] / floor[1]:.3f})."
    )  # fmt: skip
    return (
        f"Were old and new swapped at will within cases, {hits} of {one.flip.of} ways would give a mean this far from "
        f"nothing ({one.flip.p:.3f}){fewest}{_would_take(one) if one.flip.p > CHANCE else ''}"
    )


def _would_take(one: OldNew) -> str:
    """How many cases like these would tell such a difference from chance; blank where there are as many."""
    needed = cases_needed(one.differences)
    if needed is None or needed <= len(one.pairs):
        return ""
    many = f"some {needed}" if needed <= MANY else f"more than {MANY}"
    return (
        f" Were the differences of all such cases like these, it would take {many} of them to tell this mean from"
        " chance in four places of five; of so few, that too is a guess."
    )


def _itself(by: ByItself | None) -> list[str]:
    if by is None:
        return []
    head = "  How much would have come by itself (things at their worst get better)?"
    return [head, *(line for one in by_itself_says(by) for line in wrapped(one, "  "))]


def by_itself_says(by: ByItself) -> Iterator[str]:
    """What would have come by itself, a sentence for each route that the data allow, and what happened to others."""
    for name, effect in (("difference in differences", by.did), ("from the same level before: ANCOVA", by.ancova)):
        if effect:
            interval = f" ({_n(effect.low)} to {_n(effect.high)})" if effect.low is not None else ""
            yield (
                f"New less old differs by {_n(effect.estimate)}{interval} from that of {by.compared} who declined "
                f"({name}). Those who decline may differ."
            )
    if by.usual and by.expected is not None:
        yield (
            f"{by.usual.n} others have {_n(by.usual.mean)} on average, and their one time goes with the next "
            f"(correlation {by.usual.correlation:.2f}). By that {_n(by.expected)} would be expected of the cases "
            f"without help; new less expected is {_n(by.beyond_expected)} on average{_typical(by.beyond_shift)}."
        )
        if by.beyond_flip:
            yield _beyond(by.beyond_flip)
    if by.break_even is not None:
        yield (
            f"Falling back to {_n(by.mean_used)} would explain the whole difference if one time went with the next by "
            f"less than {by.break_even:.2f} (a correlation{_found(by)})." if by.break_even > 0 else
            "The new values lie below what is usual: falling back to it would not alone go so far; chance may."
        )  # fmt: skip
    elif by.mean_used is None:
        yield "It cannot be told: nobody else is in the records. Give --usual."
    else:
        yield (
            f"What is usual ({_n(by.mean_used)}) is no less than the cases had in the old time: there was nothing to "
            "fall back to."
        )
    if by.drawn:
        yield _drawn(by.drawn)
    if by.starts:
        yield _started(by.starts)
    if by.others:
        yield f"Everyone else ({by.others[2]}): {_n(by.others[0])} in the old time, {_n(by.others[1])} in the new."


def _found(by: ByItself) -> str:
    return f"; here {by.usual.correlation:.2f}" if by.usual else ""


def _typical(shift: Shift | None) -> str:
    if shift is None:
        return f"; no interval, as {OTHERS} others for each case are needed"
    if shift.low is None or shift.high is None or shift.confidence is None:
        return "; too few cases for an interval"
    return (
        f", typically {_n(shift.estimate)}, from {_n(shift.low)} to {_n(shift.high)} ({shift.confidence:.1%}, exact "
        "for these cases; what is usual is taken as known)"
    )


def _beyond(flip: SignFlip) -> str:
    """How rare so much beyond the expected would be by chance; it is read together with the test of the pairs."""
    return (
        f"Were what lies above and below the expected swapped at will, {flip.hits} of {flip.of} ways would lie so far "
        f"from it ({flip.p:.3f}). Only where this is rare, and the swapping of old and new is rare too, is there more "
        "to ask about than falling back."
    )


def _drawn(one: Drawn) -> str:
    how = "" if one.enumerated else ", drawn from all there are"
    return (
        f"Beside {one.left_out} who could have been chosen and were not drawn, cases changed by {_n(one.difference)}. "
        f"{one.hits} of {one.of:,} draws{how} would show as much ({one.hits / one.of:.3f}); it can never be fewer than "
        "1 of them. Falling back by itself does not favour those who were drawn."
    )


def _started(starts: Starts) -> str:
    how = "" if starts.enumerated else ", drawn from all there are"
    return (
        f"The days of starting were drawn: {starts.hits} of {starts.of:,} sets of days{how} would show a change as far "
        f"from nothing as these ({starts.hits / starts.of:.3f}); it can never be fewer than 1 of {starts.of:,}. "
        "Falling back by itself does not favour the days that were drawn."
    )


def _n(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
