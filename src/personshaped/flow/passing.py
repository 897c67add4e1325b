"""Who passes to whom (R8's matrix, M055, M060): referrals sent, received and lost, and the work that arrives."""

from __future__ import annotations

from dataclasses import replace

from personshaped.figures import By, Count, Measure, Query, Ratio, Share, Spread, by
from personshaped.flow.cycles import DOING

ACTIVITY = ("interactions.activity",)
SENT = (*ACTIVITY, "activity=refer")
LINKED = ("linked",)

_REFERRALS = Measure(
    name="referrals_out", answers=("R8",), table="referrals", where="in_window", kind=Count("sent_at IS NOT NULL"),
    unit="count", chart="matrix", needs=SENT, wants=LINKED, source="R1, R8",
    says="How often an agency passed a person on.", does_not_say="Whether the person went.",
)  # fmt: skip
referrals_lost = replace(
    _REFERRALS, name="referrals_lost", kind=Count("sent_at IS NOT NULL AND received_at IS NULL"),
    says="How many of those nobody recorded receiving.",
    does_not_say="An agency whose records are not here cannot be seen to receive.",
)  # fmt: skip
referrals_received = replace(
    _REFERRALS, name="referrals_received", by=(By("from>to", "from_agency || '>' || to_agency"),),
    kind=Count("received_at IS NOT NULL"), needs=ACTIVITY,
    says="Referrals that arrived, from which agency at which.",
    does_not_say="Referrals received from a source that nobody named.",
)  # fmt: skip
_ARRIVALS = """
arrivals AS (
    SELECT agency, after_agency AS source, person_id FROM demands WHERE demand_type IN ('value', 'failure')
    UNION ALL
    SELECT to_agency, coalesce(from_agency, 'unseen'), person_id FROM referrals
    WHERE in_window AND received_at IS NOT NULL)"""
_OUTSIDE = "source IS NULL OR source NOT IN (SELECT agency FROM arrivals)"
work_arriving = Measure(
    name="work_arriving", answers=("R8",), unit="count", by=(by("agency"),), chart="matrix", needs=ACTIVITY,
    wants=LINKED, source="R8",
    kind=Query(f"""
WITH{_ARRIVALS}
SELECT agency AS "group", count(*) AS value, count(*) AS n
FROM arrivals
GROUP BY ALL
ORDER BY ALL""", behind=f"""WITH{_ARRIVALS} SELECT agency AS "group", person_id FROM arrivals"""),
    says="All work that arrives at an agency: value and failure demand, and referrals received.",
    does_not_say="Demands that cannot be told value from failure are left out.",
)  # fmt: skip
work_from_outside = replace(
    work_arriving, name="work_from_outside",
    kind=Query(f"""
WITH{_ARRIVALS}
SELECT agency AS "group",
       count(*) FILTER (WHERE {_OUTSIDE}) AS value, value AS n
FROM arrivals
GROUP BY ALL
ORDER BY ALL""", behind=f"""WITH{_ARRIVALS} SELECT agency AS "group", person_id FROM arrivals WHERE {_OUTSIDE}"""),
    says="What of it comes from outside: value demand, and what follows from bodies with no work in these records.",
    does_not_say="That the rest could be prevented.",
)  # fmt: skip
referrals_per_need = Measure(
    name="referrals_per_need", answers=("M055",), table="needs", where="in_cohort", kind=Ratio("referrals", "1"),
    unit="count", chart="flow", needs=SENT, wants=LINKED, source="S1",
    says="How often a person was passed on for each need.", does_not_say="Expertise pulled in is not a referral.",
)  # fmt: skip
referral_chain_length = replace(
    referrals_per_need, name="referral_chain_length", kind=Spread("referral_chain", suffixes=("_max",)),
    needs=(*SENT, *DOING),
    says="The longest run of referrals of a need with nothing done between, mean and longest of all.",
)  # fmt: skip
signposted_share = Measure(
    name="signposted_share", answers=("M060",), table="demands", kind=Share("outcome_signposted"), unit="share",
    chart="bar", needs=("interactions.outcome", *ACTIVITY), source="S1 Ia",
    says="Of all demands, how many ended in advice or a pointer to somebody else.",
    does_not_say="Good advice can be all that was wanted: only the person can say.",
)  # fmt: skip

PASSING_MEASURES: tuple[Measure, ...] = (
    _REFERRALS, referrals_lost, referrals_received, work_arriving, work_from_outside, referrals_per_need,
    referral_chain_length, signposted_share,
)  # fmt: skip
