"""A task typed in one line: "call son tomorrow 9 @4West" (design: parsed and shown before saving).

Nothing is guessed twice: what is not understood stays in the title, and a name after @ that is not
known, or known to several, is reported by its code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from coordination.worklist.rules.when import When, read_when

LONGEST = 300
PRIORITIES = {"urgent", "asap", "stat"}

_VERBS: Mapping[str, str] = {
    **dict.fromkeys(("call", "phone", "ring", "tell", "ask", "speak", "remind", "reach"), "call"),
    **dict.fromkeys(
        ("send", "file", "fax", "print", "collect", "copy", "upload", "sign", "mail", "scan"),
        "paperwork",
    ),
    **dict.fromkeys(("refer", "chase"), "referral"),
    **dict.fromkeys(("order", "deliver", "rent"), "supply"),
    **dict.fromkeys(("teach", "meet", "explain", "show", "read"), "meeting"),
    **dict.fromkeys(("check", "confirm", "find", "measure", "verify"), "check"),
    **dict.fromkeys(("visit", "see"), "visit"),
    "appeal": "appeal",
    "authorize": "authorization",
}
_THINGS: Mapping[str, str] = {
    **dict.fromkeys(("ride", "van", "transport", "pickup"), "ride"),
    **dict.fromkeys(("oxygen", "wheelchair", "walker", "equipment"), "supply"),
    "notice": "notice",
    "appeal": "appeal",
}


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody or some team that may stand after @: the key, and every name it goes by."""

    key: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedTask:
    """What one line said. due_at and due_event are empty when it named no time.

    problems: (code, word) pairs: unknown-name, several-names, unknown-mark, no-title, too-long.
    """

    title: str
    kind: str
    due_at: datetime | None = None
    due_event: str = ""
    team: int | None = None
    person: int | None = None
    priority: str = "routine"
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Heard:
    words: list[str] = field(default_factory=list)
    team: int | None = None
    person: int | None = None
    priority: str = "routine"
    problems: list[tuple[str, str]] = field(default_factory=list)


def parse_line(
    text: str, now: datetime, zone: ZoneInfo, teams: Sequence[Named], people: Sequence[Named]
) -> ParsedTask:
    """Read one line. now: aware. zone: where "tomorrow 9" is meant. Never raises on any text."""
    if len(text) > LONGEST:
        return ParsedTask(text[:LONGEST], "other", problems=(("too-long", ""),))
    heard = _Heard()
    for word in text.split():
        _hear(word, heard, teams, people)
    when = read_when(heard.words, now, zone)
    title = " ".join(when.rest)
    if not title:
        heard.problems.append(("no-title", ""))
    return ParsedTask(
        title=title[:1].upper() + title[1:],
        kind=kind_of(title),
        due_at=when.due_at,
        due_event=when.due_event,
        team=heard.team,
        person=heard.person,
        priority=heard.priority,
        problems=tuple(heard.problems),
    )


def _hear(word: str, heard: _Heard, teams: Sequence[Named], people: Sequence[Named]) -> None:
    if word.startswith("@") and len(word) > 1:
        _name(word[1:], heard, teams, people)
    elif word.startswith("!") and len(word) > 1:
        mark = word[1:].lower()
        if mark in PRIORITIES:
            heard.priority = mark
        else:
            heard.problems.append(("unknown-mark", word))
    else:
        heard.words.append(word)


def _name(word: str, heard: _Heard, teams: Sequence[Named], people: Sequence[Named]) -> None:
    hits = [("team", key) for key in _matches(word, teams)]
    hits += [("person", key) for key in _matches(word, people)]
    if len(hits) != 1:
        heard.problems.append(("several-names" if hits else "unknown-name", word))
    elif hits[0][0] == "team":
        heard.team = hits[0][1]
    else:
        heard.person = hits[0][1]


def _matches(word: str, among: Sequence[Named]) -> list[int]:
    wanted = plain(word)
    if not wanted:
        return []
    exact = [one.key for one in among if any(plain(name) == wanted for name in one.names)]
    return exact or [
        one.key for one in among if any(plain(name).startswith(wanted) for name in one.names)
    ]


def plain(name: str) -> str:
    """Return a name as it is compared: letters and digits only, without case."""
    return re.sub(r"[\W_]", "", name.casefold())


def kind_of(title: str) -> str:
    """Return the kind of work a title speaks of: by a thing it names, else by its first verb."""
    words = [plain(word) for word in title.split()]
    if not words:
        return "other"
    if words[0] in ("book", "order", "give", "file", "find", "ask"):
        things = [_THINGS[word] for word in words[1:] if word in _THINGS]
        if things:
            return things[0]
    return _VERBS.get(words[0], "other")


__all__ = ["Named", "ParsedTask", "When", "kind_of", "parse_line", "plain"]
