"""Every page of the team's application, filled with invented people: for the tests that walk them all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver

from personshaped.team.accounts.models import User
from personshaped.team.blockages import actions as blockages
from personshaped.team.blockages.models import Blockage
from personshaped.team.cases import actions as cases
from personshaped.team.experiments import actions as experiments
from personshaped.team.peers import actions as peers
from personshaped.team.people import actions as people
from personshaped.team.pull import actions as pull
from personshaped.team.site.ground import actions as ground
from personshaped.team.site.ground.models import KeptView
from personshaped.team.visits import actions as visits

NEVER = re.compile(
    r"\btargets?\b|league table|\brank(ed|ing)|red.amber|\bamber\b|overdue|caseload|underperform|(best|worst) perform"
    r"|(per|by) (worker|colleague|member of staff)|\bRAG\b|\b(risk|need|priority) score|performance|productivity"
    r"|days? (left|late)|compliance|\bKPIs?\b"
    r"|\b\d+(st|nd|rd|th) (out )?of \d+|\btop \d+\b|(best|worst|top|bottom) (agency|agencies|team|place|colleague)",
    re.IGNORECASE,
)
"""What no page says."""


def patterns(node: Any = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of ours; the frameworks' own (sign-in, the keepers' pages) have tests of their own."""
    for one in (node or get_resolver()).url_patterns:
        at = before + str(one.pattern)
        if at.startswith(("sign-in/", "keep/")):
            continue
        if isinstance(one, URLResolver):
            yield from patterns(one, at)
        else:
            yield at, one


@dataclass(frozen=True)
class Filled:
    """What stands in each place of an address: by the name of the address, else by the name of the place."""

    by_address: Mapping[str, Mapping[str, object]]
    by_place: Mapping[str, object]

    def address(self, route: str, name: str) -> str:
        """The address with something real in each of its places."""

        def put(found: re.Match[str]) -> str:
            place = found[1].rpartition(":")[2]
            return str(self.by_address.get(name, {}).get(place, self.by_place[place]))

        return "/" + re.sub("<([^>]+)>", put, route)


def lived_in(sam: User, priya: User, asha: User) -> Filled:
    """A team that has worked for a while: something in every list, so that no page is empty."""
    family = people.begin_story(by=sam, called="The family on Lime Street", matters="I want to move away.")
    mother = people.begin_story(by=sam, called="Nan", matters="To see the boy.")
    people.live_together(by=sam, person=family, other=mother)
    need = people.hear_need(by=sam, person=family, words="Food this week")
    people.ask_whether_sorted(by=sam, need=need, said="yes", words="We’ve got enough now")
    unmet = people.hear_need(by=sam, person=family, words="They’ve stopped his money")
    people.add_around(by=sam, person=family, called="Play group", is_to_them="Tuesday mornings")
    people.keep_correction(by=sam, person=family, as_written="stoned", as_they_say="He was ill.")
    visit = visits.add_visit(by=sam, person=family, text="The fridge was empty. ‘There’s not a lot in.’")
    sound = SimpleUploadedFile("said.ogg", b"OggS" + bytes(60))
    recording = visits.attach(by=sam, visit=visit, given=sound, kind="audio/ogg")
    ask = pull.ask_in(by=sam, person=family, whom=priya, words="How to get PIP back?", need=need)
    pull.accept(by=priya, ask=ask)
    pull.bring(by=priya, ask=ask, words="The form went to the old address.")
    handover = pull.ask_to_take_over(by=sam, person=family, whom=asha, story="One visit so far.")
    stuck = blockages.say(by=sam, words="A voucher needs a signature", person=family, kind="rule")
    blockages.agree(by=sam, blockage=stuck, told="They sent me away.", agreed=Blockage.YES, shown="They sent me away.")
    condition = blockages.gather(by=sam, blockage=stuck, under=None)
    blockages.take_up(by=sam, condition=condition, who="head of housing", said="I’ll come and see one")
    blockages.add_figure(by=sam, condition=condition, name="failure_demand_share")
    loose = blockages.say(by=sam, words="Letters go out by themselves")
    tried = ground.try_about(by=sam, condition=condition)
    case = experiments.choose_case(by=sam, people=[family], chosen="random")
    level = experiments.name_level(by=sam, words="Unstable", means="Nothing holds", place=1)
    measure = experiments.derive_measure(by=sam, chart="failure_demands/month", follows="They would ask once.")
    place = peers.meet(by=sam, called="Weir End", about="A town by the sea")
    peers.add_fact(by=sam, place=place, what="People", value="90,000", source="census")
    peers.tie(by=sam, place=place, kind="visit", words="They showed us their first week.")
    board = peers.set_up(by=sam, place=place, about="Repairs", members="Jo\nSam", held_by="Both decided it")
    peers.board_met(by=sam, board=board, words="Jo rings back", learned="They knew whom to ring")
    agreement = peers.agree(by=sam, place=place, words="We open our rows to each other", held_by="a written agreement")
    ground.observe(by=sam, person=family, measure="independence", value=Decimal(6), said_by="person", words="", on=None)
    line = ground.tally(by=sam, door="Housing desk", heard="again", words="")
    view = KeptView.objects.create(called="Housing", address="/picture/page/asked/?agency=housing", kept_by=sam)
    desk = cases.begin(by=sam, called="P1")
    cases.add_lines(by=sam, history=desk, lines=[
        {"started_at": "1996", "agency": "police", "activity": "demand", "words": "Calls led to form-filling"},
        {"started_at": "1996/2012", "agency": "nhs", "words": "supplied medication"},
    ])  # fmt: skip
    cases.say_wanted(by=sam, history=desk, item="aids", words="A rail", need_id="R3", quantity=Decimal(1), unit="each",
                     unit_cost=Decimal(3000), price_year=2012)  # fmt: skip
    at_the_desk = (
        "history",
        "history-sheet",
        "add-lines",
        "mark-lines",
        "write-line",
        "wanted",
        "history-source",
        "erase-history",
    )
    desks = {name: {"address": desk.address} for name in at_the_desk}
    charts = {name: {"name": "f-again"} for name in ("picture-chart", "picture-svg", "picture-csv")}
    return Filled(
        desks | charts | {"need-level": {"need": unmet.pk}, "gather": {"blockage": loose.pk},
                          "try-about-blockage": {"blockage": loose.pk}},
        {
            "address": family.address, "need": need.pk, "visit": visit.pk, "recording": recording.pk, "ask": ask.pk,
            "handover": handover.pk, "blockage": stuck.pk, "condition": condition.pk, "experiment": tried.pk,
            "level": level.pk, "case": case.pk,
            "measure": measure.pk, "place": place.pk, "agreement": agreement.pk, "board": board.pk, "line": line.pk,
            "view": view.pk,
            "seq": 1, "page": "asked", "name": "failure_demand_share",
        },
    )  # fmt: skip
