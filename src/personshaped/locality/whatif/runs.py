"""Many runs of a locality, worked as now and as changed: the same people and the same needs on both sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from personshaped.engine.local import in_processes, threads_here
from personshaped.locality.whatif.model import Model, lives, run
from personshaped.locality.whatif.projected import LEAVES_OUT, PROMISE, SHOWN, Projected, Range

Values = tuple[float, ...]


@dataclass(frozen=True)
class _Task:
    now: Model
    changed: Model
    years: int
    seed: int


def side_by_side(
    now: Model,
    changed: Model,
    assumptions: Sequence[str],
    years: int = 5,
    runs: int = 20,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> tuple[Projected, ...]:
    """`runs` pairs of runs of `years` after the change, seeds `seed`, `seed` + 1 ...; a figure for each of SHOWN.

    Ranges are over the runs; the difference is taken within each pair. One run is one process's work.
    """
    tasks = [_Task(now, changed, years, seed + number) for number in range(runs)]
    done: list[tuple[int, Values, Values]] = []
    progress("simulating", 0, runs)
    for result in in_processes(_pair, tasks, threads or threads_here()):
        done.append(result)
        progress("simulating", len(done), runs)
    done.sort()
    return tuple(
        Projected(
            shown.name,
            shown.says,
            shown.unit,
            Range.of([before[place] for _, before, _ in done]),
            Range.of([after[place] for _, _, after in done]),
            Range.of([after[place] - before[place] for _, before, after in done]),
            (PROMISE, *assumptions, *LEAVES_OUT),
        )
        for place, shown in enumerate(SHOWN)
    )


def _pair(task: _Task) -> tuple[int, Values, Values]:
    people = lives(task.now, task.years, task.seed)
    before = run(task.now, task.now, people, task.years, task.seed)
    after = run(task.now, task.changed, people, task.years, task.seed)
    return task.seed, tuple(one.of(before) for one in SHOWN), tuple(one.of(after) for one in SHOWN)
