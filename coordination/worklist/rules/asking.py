"""What may be asked for that a supervisor decides, and until when an answer is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Subject:
    """What an act would be done to.

    record: the row itself. team_id, facility_id: whose supervisor is asked, and where; None where
    no team looks after the patient. title: as people know it, kept as asked. choice: what was
    chosen with it, once it is.
    """

    pk: int
    public_id: UUID
    record: Any
    patient: Any
    title: str
    team_id: int | None
    facility_id: int | None
    choice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act that is asked for and decided by somebody else. A room that brings one adds a row.

    code: what the request keeps. label: as a heading, "Cancel a task the law asks for". wish: what
    is asked for, with the subject's %(title)s in it. ask, decide: the permissions to do so.
    subject: the kind of its subject, page: the name of the subject's page. reason: what the choice
    among `choices` is called; both empty where words are enough.

    find: returns the subject in an actor's scope, locked on demand, or raises DoesNotExist; with
    the lock it refuses who may not work on it. problem: why it cannot be asked for as things
    stand, or "". blockers: what stands in the way, each named in a sentence. perform: does it, in
    the transaction of the answer, from (actor, subject's public id, choice, words, now).

    hold: where the choice names another record, locks both before the request, from (actor,
    subject's public id, choice), and refuses what cannot be; else None, and `find` locks. shows:
    the name of a page's part that shows both, by the subject's id and `?with=` the choice.
    """

    code: str
    label: Any
    wish: Any
    effect: Any
    ask: str
    decide: str
    subject: str
    page: str
    find: Callable[..., Subject]
    problem: Callable[[Subject], str]
    blockers: Callable[[Subject, datetime, Any], list[str]]
    perform: Callable[[Any, UUID, str, str, datetime], object]
    reason: Any = ""
    choices: Callable[[], Sequence[tuple[str, Any]]] = tuple
    hold: Callable[[Any, UUID, str], object] | None = None
    shows: str = ""


def acts_to_decide(acts: Iterable[Act], permissions: frozenset[str]) -> list[str]:
    """Return the codes of the acts that somebody with these permissions may decide."""
    return [act.code for act in acts if act.decide in permissions]


def answer_by(asked_at: datetime, within: timedelta | None) -> datetime | None:
    """Return until when an answer is due. within: as the facility settled it; None: unsettled."""
    return None if within is None else asked_at + within
