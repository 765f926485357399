"""The papers of the story: what came in, where it went, and whose signature it waits for."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from PIL import Image, ImageDraw, ImageFont

from coordination.access.actor import Actor
from coordination.demo.story import Row, table
from coordination.demo.work import Work
from coordination.paperwork import actions
from coordination.paperwork.actions import FiledIn, SendIn, SignIn
from coordination.paperwork.models import SignedHow
from coordination.paperwork.store import Looked, look_at

SHEET = (850, 1100)  # a letter at 100 dots an inch
MARGIN, LINE = 80, 34


@dataclass(slots=True)
class Papers:
    """The documents, sendings and signatures of the story by its keys."""

    work: Work
    told: dict[str, UUID] = field(default_factory=dict)

    def who(self, row: Row) -> Actor:
        """Return who does it."""
        return self.work.who(row["by"], self.work.people.patients[row["patient"]].pk)


def write_papers(work: Work) -> None:
    """Add a scene for each row."""
    papers, people = Papers(work), work.people
    for row in table("papers"):
        people.script.add(people.at(row["at"]), 10, play(papers, row))


def play(papers: Papers, row: Row) -> Callable[[datetime], None]:
    """Return the scene of one row; one whose beginning was not told is left out."""

    def scene(now: datetime) -> None:
        if not row["of"] or row["of"] in papers.told:
            ACTS[row["act"]](papers, row, now)

    return scene


def wait(papers: Papers, row: Row, now: datetime) -> None:
    """Take in a paper that nobody has looked up yet."""
    people = papers.work.people
    actor = people.cast.actor(row["by"])
    team = next(team for team in people.cast.teams.values() if team.pk in actor.team_ids)
    actions.receive_document(
        actor, sheet(row, now), team=team, sender=row["who"], came_by=row["channel"], now=now
    )


def file(papers: Papers, row: Row, now: datetime) -> None:
    """Put a paper on its chart."""
    made = actions.receive_document(
        papers.who(row), sheet(row, now), now=now,
        patient=papers.work.people.patients[row["patient"]],
        filed=FiledIn(
            kind=row["kind"], title=row["title"], sender=row["who"], came_by=row["channel"],
            pages=1, note=row["words"], dated_on=now.date(),
        ),
    )  # fmt: skip
    papers.told[row["key"]] = made.public_id


def send(papers: Papers, row: Row, now: datetime) -> None:
    """Put a paper in the line of what goes out."""
    made = actions.plan_dispatch(
        papers.who(row), papers.work.people.patients[row["patient"]],
        SendIn(
            to_name=row["who"], channel=row["channel"], to_address=row["address"],
            purpose=row["words"], documents=(papers.told[row["of"]],),
        ), now=now,
    )  # fmt: skip
    papers.told[row["key"]] = made.public_id


def went(papers: Papers, row: Row, now: datetime) -> None:
    """Send it."""
    actions.mark_sent(papers.who(row), papers.told[row["of"]], None, sent_at=now, now=now)


def arrived(papers: Papers, row: Row, now: datetime) -> None:
    """Note its receipt."""
    actions.note_arrival(
        papers.who(row), papers.told[row["of"]], None, receipt=row["words"], arrived_at=now,
        now=now,
    )  # fmt: skip


def failed(papers: Papers, row: Row, now: datetime) -> None:
    """Say that it did not arrive; a task follows."""
    actions.mark_failed(papers.who(row), papers.told[row["of"]], None, why=row["words"], now=now)


def sign(papers: Papers, row: Row, now: datetime) -> None:
    """Ask somebody to sign it."""
    what = SignIn(
        signer=row["who"], role=row["kind"], phone=row["phone"], channel=row["channel"],
        to_address=row["address"],
    )  # fmt: skip
    made = actions.ask_signature(papers.who(row), papers.told[row["of"]], what, now=now)
    papers.told[row["key"]] = made.public_id


def signed(papers: Papers, row: Row, now: datetime) -> None:
    """Say that it was seen signed in the hospital's chart."""
    actions.note_signed(
        papers.who(row), papers.told[row["of"]], None, how=SignedHow.CHART, signed_at=now, now=now
    )


ACTS: dict[str, Callable[[Papers, Row, datetime], None]] = {
    "wait": wait, "file": file, "send": send, "went": went, "arrived": arrived, "failed": failed,
    "sign": sign, "signed": signed,
}  # fmt: skip


def sheet(row: Row, now: datetime) -> Looked:
    """Return a page as a scanner would give it: an invented one, and it says so."""
    page = Image.new("L", SHEET, "white")
    draw = ImageDraw.Draw(page)
    lines = (row["who"], row["title"], f"{now:%Y-%m-%d}", "Demo: an invented paper, about nobody.")
    for at, line in enumerate(filter(None, lines)):
        draw.text((MARGIN, MARGIN + at * 2 * LINE), line, "black", ImageFont.load_default(LINE - 6))
    out = io.BytesIO()
    page.quantize(4).save(out, "PNG", optimize=True)
    return look_at(out, out.tell(), f"scan-{row['key']}.png")
