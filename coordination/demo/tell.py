"""Tells the story for the present day: replays it through the product's own actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

from django.core.management import call_command

from coordination.access.models import Organization
from coordination.clocks import actions as clocks
from coordination.clocks.queries import regulatory_calendar
from coordination.demo.asks import write_requests
from coordination.demo.books import write_books
from coordination.demo.calls import write_calls
from coordination.demo.cast import SLUG, set_stage
from coordination.demo.directory import write_directory
from coordination.demo.duty import write_covers, write_duty
from coordination.demo.mending import write_corrections
from coordination.demo.messages import write_messages
from coordination.demo.papers import write_papers
from coordination.demo.people import People, write_people
from coordination.demo.phone import write_phone
from coordination.demo.stays import write_stays
from coordination.demo.story import Script
from coordination.demo.views import write_views
from coordination.demo.when import Teller
from coordination.demo.work import Work, date_tasks, write_work
from coordination.outreach import actions as outreach
from coordination.paperwork import actions as paperwork
from coordination.reports.actions import count_day
from coordination.worklist import actions as worklist
from referrals import actions as directory

SWEEPS_FOR = timedelta(days=6)
SWEEP_EVERY = timedelta(hours=1)
COUNTS_FOR = 40
SIX = time(18, 0)


@dataclass(frozen=True, slots=True)
class Told:
    """What was told: how many scenes, patients and tasks."""

    scenes: int
    patients: int
    tasks: int


def is_told() -> bool:
    """Say whether the demo's organization is there."""
    return Organization.objects.filter(slug=SLUG).exists()


def tell(now: datetime, password: str) -> Told:
    """Set the stage and replay the story up to now."""
    call_command("load_rules", stdout=StringIO())
    worklist.load_playbooks(now)
    cast = set_stage(now, password)
    outreach.load_reminder_rules(cast.organization, now)
    zone = ZoneInfo(cast.organization.zone)
    script = Script()
    people = People(cast, Teller(now, zone, regulatory_calendar().holidays), script)
    work = Work(people)
    write_duty(people)
    write_people(people)
    write_directory(people)
    write_stays(people)
    write_work(work)
    write_covers(people)
    write_calls(work)
    write_phone(work)
    write_corrections(work)
    write_requests(work)
    write_papers(work)
    write_books(people)
    write_views(people)
    write_messages(people, now, zone)
    write_sweeps(script, cast.organization, now, zone)
    played = script.play(now)
    date_tasks(cast.organization)
    return Told(played, len(people.patients), len(work.tasks))


def write_sweeps(script: Script, organization: Organization, now: datetime, zone: ZoneInfo) -> None:
    """Add what the workers did meanwhile: breaches, holds that ended, notices, daily counts."""

    def sweep(at: datetime) -> None:
        clocks.breach_due(at)
        paperwork.chase_signatures(at)
        worklist.return_held(at)
        worklist.escalate_late(at)
        worklist.pass_on_requests(at)

    def call_entries(at: datetime) -> None:
        directory.raise_checks(at)

    at = now - SWEEPS_FOR
    while at < now:
        script.add(at, 10, sweep)
        at += SWEEP_EVERY
    script.add(now, 10, sweep)
    script.add(now, 10, call_entries)
    today = now.astimezone(zone).date()
    for back in range(COUNTS_FOR, -1, -1):
        six = datetime.combine(today - timedelta(days=back), SIX, zone)
        script.add(six, 11, lambda at: _count(organization, at))


def _count(organization: Organization, at: datetime) -> None:
    count_day(organization, at)
