"""After a visit: one box. Nothing in it has to be filled in."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile

from personshaped.team.people.forms import Day, Line, Notes
from personshaped.team.visits import sound


class Written(forms.Form):
    """What they said, what was seen and done."""

    text = forms.CharField(
        label="What did they say? What did you see and do?", required=False, widget=Notes(6),
        help_text="Just write. Put their own words in quotes: they are kept as theirs. They can read this.",
    )  # fmt: skip
    on = forms.DateField(label="Day", required=False, widget=Day(), help_text="Today, where you leave it empty.")
    who = forms.CharField(label="Who was there?", required=False, max_length=200, widget=Line())


class Changed(Written):
    """The same, changed; `version` is how it stood when it was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput(), required=False)


class Recorded(forms.Form):
    """Sound or video, where they agree to it."""

    file = forms.FileField(
        label="Add sound or video, if they agree", required=False,
        help_text="MP3, M4A, WAV, OGG, MP4 or WebM, at most 100 MB. Those who are with them can play it, "
        "and whoever answers for the data.",
        widget=forms.FileInput(attrs={"class": "govuk-file-upload", "accept": "audio/*,video/*"}),
    )  # fmt: skip

    def clean_file(self) -> UploadedFile | None:
        """Refuses what is too large or neither sound nor video; says what would be right."""
        given = self.cleaned_data["file"]
        if given is None:
            return None
        if given.size > sound.MOST:
            raise forms.ValidationError("That is larger than 100 MB. A shorter piece will do.")
        self.kind = sound.kind_of(given.read(16))
        given.seek(0)
        if not self.kind:
            raise forms.ValidationError("That is neither sound nor video. MP3, M4A, WAV, OGG, MP4 or WebM will do.")
        return given
