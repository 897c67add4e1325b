"""Every right there is, and who has it: read it as a list.

A right is about a kind of work. Whether someone may see one person's story follows from working with them
(`people.knowing`), never from a role alone; only whoever answers for the data opens every record (decision 0321).
"""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """One thing a signed-in person may do."""

    BEGIN_STORIES = "begin a person's story"
    WORK_WITH_PEOPLE = "see and write about the people they work with"
    BE_ASKED_IN = "be asked in, and help while they are"
    NAME_BLOCKAGES = "say what got in the way"
    ANSWER_BLOCKAGES = "take a blockage up and answer for it"
    TRY_THINGS = "begin and write up experiments"
    LISTEN = "code demands in people's own words"
    JUDGE_LINKS = "judge whether two records are one person"
    SEE_THE_PICTURE = "see the study's picture"
    OPEN_ROWS = "open the rows and words behind a figure"
    READ_ALL_WORDS = "read the words behind a figure of people they do not work with"
    BUILD_HISTORIES = "build a person's history from case files"
    MEET_PEERS = "ask peers for help, and offer it"
    KEEP_ACCOUNTS = "keep accounts, agencies, front doors, unit costs and sharing agreements"
    READ_THE_TRAIL = "read the audit trail"
    ANSWER_FOR_DATA = "answer a person's request to see, correct or erase their record"


R = Right
_EVERYONE = frozenset({R.NAME_BLOCKAGES, R.SEE_THE_PICTURE, R.TRY_THINGS, R.MEET_PEERS})

ROLES: dict[str, frozenset[Right]] = {
    "member": _EVERYONE
    | {R.BEGIN_STORIES, R.WORK_WITH_PEOPLE, R.BE_ASKED_IN, R.LISTEN, R.BUILD_HISTORIES, R.OPEN_ROWS, R.JUDGE_LINKS},
    "expert": _EVERYONE | {R.BE_ASKED_IN, R.WORK_WITH_PEOPLE},
    "leader": _EVERYONE | {R.ANSWER_BLOCKAGES},
    "analyst": _EVERYONE | {R.LISTEN, R.JUDGE_LINKS, R.OPEN_ROWS, R.READ_ALL_WORDS, R.BUILD_HISTORIES},
    "guardian": frozenset({R.READ_THE_TRAIL, R.ANSWER_FOR_DATA, R.SEE_THE_PICTURE}),
    "keeper": frozenset({R.KEEP_ACCOUNTS, R.SEE_THE_PICTURE}),
}
"""What each role may do. A guardian answers for the data (information governance); a keeper keeps the accounts."""

SAYS = {
    "member": "a member of the locality team",
    "expert": "someone with expertise who is asked in",
    "leader": "a leader: sees what is in the way, and takes it up",
    "analyst": "studies demand",
    "guardian": "answers for the data",
    "keeper": "keeps the accounts",
}
