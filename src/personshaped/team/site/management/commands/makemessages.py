"""Gathers the sentences of the application for translation, as they are kept here."""

from __future__ import annotations

from typing import ClassVar

from django.core.management.base import CommandParser
from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's own, for every language there is: a new sentence stands blank and is never guessed from an old one."""

    msgmerge_options: ClassVar = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def add_arguments(self, parser: CommandParser) -> None:
        """By file and not by line, so that a change tells of sentences alone; what no page says any more goes."""
        super().add_arguments(parser)
        parser.set_defaults(all=True, add_location="file", no_wrap=True, no_obsolete=True)
