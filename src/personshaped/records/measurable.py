"""What can be measured from what is recorded, by the names of figures (spec 1.4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Measurable:
    """One step of the ladder: what the data need `have`, whether they do, and which figures turn on it."""

    have: str
    present: bool
    get: tuple[str, ...]
    do_not_get: str


@dataclass(frozen=True)
class _Step:
    """`any_of` are alternatives of columns that must all be filled (`table.column`, or a table's name)."""

    have: str
    any_of: tuple[tuple[str, ...], ...]
    get: str
    do_not_get: str


def _interactions(*columns: str) -> tuple[str, ...]:
    return tuple(f"interactions.{column}" for column in columns)


_CLOSING = ("activity=close", "outcome=nfa", "outcome=screened_out")
_STEPS = (
    _Step(
        "person_ref, agency and started_at",
        (_interactions("person_ref", "agency", "started_at"), _interactions("person_ref", "agency", "seq")),
        "interactions contacts contacts_by_agency agencies_per_person agencies_by_year history_span",
        "anything at all",
    ),
    _Step(
        "activity or initiated_by",
        (_interactions("activity"), _interactions("initiated_by")),
        "demands demands_by_agency activities known_share_system known_share_agency new_person_share top_share_demand",
        "demands told apart from activities",
    ),
    _Step(
        "activity",
        (_interactions("activity"),),
        "cycles cycles_per_person cycles_per_need re_entries",
        "cycles of assess, do, refer",
    ),
    _Step(
        "a row of the activity do or visit",
        (("activity=do",), ("activity=visit",)),
        "assess_refer_share assessment_without_service_share assessment_no_action_share helping_share_upper",
        "how often nothing was done",
    ),
    _Step(
        "a row of do or visit, and one of the activity close or the outcome nfa or screened_out",
        tuple((f"activity={did}", shut) for did in ("do", "visit") for shut in _CLOSING),
        "closed_at_initial_assessment_share",
        "how often people are closed before anything is done",
    ),
    _Step(
        "a row of the activity refer",
        (("activity=refer",),),
        "referrals_per_need referrals_lost refer_only_share",
        "how often people are passed on",
    ),
    _Step("words", (_interactions("words"),), "", "coding by hand on the person's own words, and words beside figures"),
    _Step(
        "demand_type, issue, need_id or service",
        (_interactions("demand_type"), _interactions("issue"), _interactions("need_id"), _interactions("service")),
        "failure_demand_share failure_demands value_demands failure_kind_share",
        "which demands are failure demand",
    ),
    _Step(
        "issue",
        (_interactions("issue"),),
        "issue_share issues_behind_service",
        "what people ask about",
    ),
    _Step(
        "outcome and referred_to",
        (_interactions("outcome", "referred_to"),),
        "screened_out_share_screens signposted_share",
        "screening, and who passes on to whom",
    ),
    _Step(
        "need_met, an outcome need_met, or the table needs",
        (_interactions("need_met"), ("outcome=need_met",), ("needs.end_reason",)),
        "time_to_need_met needs_met_share fcr_needs fcr_demands needs_never_asked",
        "whether and when needs are met: these are refused, never approximated",
    ),
    _Step(
        "the table people, or person_id in interactions",
        (("people",), _interactions("person_id")),
        "multi_agency_share failure_demand_after work_from_outside external_failure_share",
        "anything across agencies: figures are counted within agencies, true ones are higher",
    ),
    _Step(
        "minutes and value_work",
        (_interactions("minutes", "value_work"),),
        "value_share_time hours_per_value_hour",
        "how much of the working time helps",
    ),
    _Step(
        "cost, or unit_costs with minutes or counts",
        (("price",),),
        "cost cost_by_agency cost_by_year failure_demand_cost assess_refer_cost_share top_share_cost",
        "cost",
    ),
    _Step(
        "staff_id or people_present",
        (_interactions("staff_id"), _interactions("people_present")),
        "staff_involved",
        "how many workers were involved",
    ),
    _Step("the table wanted", (("wanted",),), "cost_wanted cost_gap cost_ratio", "received against wanted"),
    _Step("the table cases", (("cases",),), "old_new", "old against new, case by case"),
    _Step("the table changes", (("changes",),), "", "new phases on charts, interrupted series, honest reporting"),
    _Step(
        "the table area_facts with a population",
        (("population",),),
        "equivalents",
        "shares of the population (top_share_demand and top_share_cost are refused), rates, extrapolation",
    ),
)


def measurable(filled: Mapping[str, float], held: Collection[str]) -> tuple[Measurable, ...]:
    """The ladder of spec 1.4 for these data.

    `filled` is the share filled by `table.column`; `held` names tables with rows and the facts that no column tells:
    `price` (a row has one), `activity=do` and `outcome=need_met` (a row says so), `population` (area_facts has one).
    """
    there = {name for name, share in filled.items() if share > 0} | set(held)
    return tuple(
        Measurable(
            step.have,
            any(there.issuperset(columns) for columns in step.any_of),
            tuple(step.get.split()),
            step.do_not_get,
        )
        for step in _STEPS
    )
