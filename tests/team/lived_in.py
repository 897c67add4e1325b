"""A team that has been at work for a while: one of each thing that is kept, so that every address has its object."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from personshaped.team.accounts.models import Agency, FrontDoor, SharingAgreement, UnitCost, User
from personshaped.team.blockages import actions as blocking
from personshaped.team.cases import actions as building
from personshaped.team.experiments import actions as trying
from personshaped.team.experiments.models import Level, Measure
from personshaped.team.peers import actions as meeting
from personshaped.team.peers.models import Agreement, Place
from personshaped.team.people import actions
from personshaped.team.people.models import Answer
from personshaped.team.pull import actions as pulling
from personshaped.team.site.ground import actions as ground
from personshaped.team.site.ground.models import KeptView, Tally
from personshaped.team.visits import actions as visiting

CANARY = "Quillfeather"
"""A name of nobody else's."""


def lived_in(colleague: Callable[..., User], keep: Path, settings: Any) -> dict[str, Any]:
    """Makes it all; the objects by the names that addresses give their parts, colleagues by their letter."""
    settings.KEEP = keep
    who = {
        "m": colleague("Sam"), "s": colleague("Asha"), "e": colleague("Priya", "expert", "benefits"),
        "x": colleague("Len", "expert", "debt"), "l": colleague("Joan", "leader"), "a": colleague("Mark", "analyst"),
        "g": colleague("Gita", "guardian"), "k": colleague("Lee", "keeper"),
    }  # fmt: skip
    sam = who["m"]
    person = actions.begin_story(by=sam, called=CANARY, matters="I want to move away.")
    need = actions.hear_need(by=sam, person=person, words="They’ve stopped his money")
    actions.ask_whether_sorted(by=sam, need=need, said=Answer.NOT_YET, words="They stopped it again")
    actions.add_around(by=sam, person=person, called="Gran", is_to_them="her mum")
    visit = visiting.add_visit(by=sam, person=person, text="‘It’s for the boy.’")
    sound = SimpleUploadedFile("a.ogg", b"OggS sound")
    recording = visiting.attach(by=sam, visit=visit, given=sound, kind="audio/ogg")
    asked = pulling.ask_in(by=sam, person=person, whom=who["e"], words="Benefits?", need=need)
    pulling.accept(by=who["e"], ask=asked)
    handover = pulling.ask_to_take_over(by=sam, person=person, whom=who["s"], story="All of it")
    blockage = blocking.say(by=sam, person=person, words="Three forms", told="They lost it")
    condition = blocking.gather(by=sam, blockage=blocking.say(by=sam, words="Thresholds"), under=None)
    experiment = trying.begin(by=sam, called="One form")
    history = building.begin(by=sam, called="P1")
    building.add_lines(by=sam, history=history, lines=[{"words": "Asked", "started_at": "2009"}])
    place = Place.objects.create(called="Next town")
    agency = Agency.objects.create(code="housing", name="Housing")
    ground.ground()
    return who | {
        "person": person, "address": person.address, "need": need.pk, "visit": visit.pk, "recording": recording.pk,
        "ask": asked.pk, "handover": handover.pk, "blockage": blockage.pk, "condition": condition.pk,
        "experiment": experiment.pk, "history": history.address, "seq": 1, "place": place.pk,
        "board": meeting.set_up(by=sam, place=place, about="Repairs", members="Jo\nSam").pk,
        "agreement": Agreement.objects.create(place=place, words="We come").pk,
        "measure": Measure.objects.create(chart="f-x").pk, "level": Level.objects.create(words="Safe").pk,
        "case": trying.choose_case(by=sam, people=[person], chosen="typical").pk,
        "line": Tally.objects.create(heard="first", kept_by=sam).pk,
        "view": KeptView.objects.create(called="v", address="/picture/", kept_by=sam).pk,
        "page": "words", "agency": agency.pk,
        "sharingagreement": SharingAgreement.objects.create(
            agency=agency, reference="1", from_date=date(2026, 1, 1)
        ).pk,
        "frontdoor": FrontDoor.objects.create(front_door="desk", agency=agency).pk,
        "unitcost": UnitCost.objects.create(year=2026, unit="hour", cost=Decimal(40), source="x").pk,
    }  # fmt: skip
