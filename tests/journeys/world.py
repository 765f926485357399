"""A small ward for the journeys: who works there, and rows as a coordinator finds them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Locator, Page

from coordination.access.models import Team, User
from coordination.worklist.models import Task
from tests.factories import PatientFactory, StayFactory, UnitFactory
from tests.worklist.factories import TaskFactory

LATE, SOON, MUCH_LATER = -85, 18, 60 * 24 * 3
PEOPLE = [
    ("Grace", "Okafor", date(1948, 3, 14)),
    ("Luis", "Herrera", date(1962, 5, 2)),
    ("Edith", "Vance", date(1940, 1, 27)),
    ("Tomasz", "Wilk", date(1974, 8, 19)),
    ("Shirley", "Booker", date(1955, 2, 11)),
]


class Keyboard:
    """Presses keys and counts them: what a hand does between two thoughts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        """Press each key once."""
        for key in keys:
            self.pressed += 1
            self.page.keyboard.press(key)


def work(team: Team, owner: User | None, *minutes: int | None, **fields: Any) -> list[Task]:
    """Give the owner one task for each of PEOPLE in turn, due so many minutes from now.

    minutes: negative is late, None is undated. Each patient is in a bed of the unit 4W.
    """
    unit = UnitFactory(organization=team.organization, facility=team.facility, code="4W")
    tasks = []
    for at, (due, (given, family, born)) in enumerate(zip(minutes, PEOPLE, strict=False)):
        patient = PatientFactory(
            organization=team.organization, team=team, given=given, family=family,
            birth_date=born, phone=f"(555) 010-20{at:02}",
        )  # fmt: skip
        StayFactory(patient=patient, unit=unit, bed=f"4W-{at + 1:02}")
        due_at = None if due is None else timezone.now() + timedelta(minutes=due)
        one = {
            "title": f"Call about {family}", "due_at": due_at,
            "due_set_by": owner if due_at else None, **fields,
        }  # fmt: skip
        tasks.append(TaskFactory(team=team, assignee=owner, patient=patient, **one))
    return tasks


def row(page: Page, task: Task) -> Locator:
    """Return the row of a task on the list."""
    return page.locator(f"#row-{task.public_id}")


def lane(page: Page, code: str) -> Locator:
    """Return the number of one counter."""
    return page.locator(f"#lane-{code} b")


def fresh(task: Task) -> Task:
    """Return the task as it stands in the database now."""
    return Task.objects.get(pk=task.pk)
