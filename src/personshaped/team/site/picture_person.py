"""What agencies recorded of one person, drawn as the picture draws a story; as far as sharing allows."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from personshaped.disclosure import looks
from personshaped.errors import PersonshapedError
from personshaped.linkage import pseudonyms
from personshaped.picture.drawing import story_inside
from personshaped.team.people.knowing import person_page
from personshaped.team.people.models import Person
from personshaped.team.site import picture
from personshaped.team.site.picture import shared


@person_page("opened what agencies recorded")
def story(request: HttpRequest, person: Person) -> HttpResponse:
    """The person's timeline from the study; where they are not known in it, a page that says so."""
    drawn, because, agencies = "", "", None
    try:
        agencies = shared()
        if person.study_person:
            _record(request, person)
            drawn = story_inside(picture.findings(), person.study_person, agencies)
    except PersonshapedError as error:
        because = str(error)
    values = {"person": person, "drawn": drawn, "because": because, "shared": agencies is not None}
    return render(request, "site/picture_story.html", values)


def _record(request: HttpRequest, person: Person) -> None:
    if not picture.findings().run.study.synthetic:
        private = Path(settings.STUDY) / ".private"
        key = pseudonyms.load_key(private)
        looks.record(private, key, who=request.user.username, person_id=person.study_person, what="story")  # type: ignore[union-attr]
