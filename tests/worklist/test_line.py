"""A task typed in one line is read as a person means it, and never breaks."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordination.worklist.rules import Named, ParsedTask, parse_line

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)  # Monday 10:42 in New York
TEAMS = [Named(1, ("4 West coordinators", "4W")), Named(2, ("4 North coordinators",))]
PEOPLE = [Named(11, ("Maria Delgado", "mdelgado")), Named(12, ("Maria Silva", "msilva"))]


def read(text: str, now: datetime = NOW) -> ParsedTask:
    return parse_line(text, now, NEW_YORK, TEAMS, PEOPLE)


def local(text: str) -> str:
    due = read(text).due_at
    return due.astimezone(NEW_YORK).strftime("%a %d %b %Y %H:%M") if due else ""


def test_the_line_of_the_design_is_read_whole() -> None:
    task = read("call son tomorrow 9 @4West")
    assert (task.title, task.kind, task.team) == ("Call son", "call", 1)
    assert local("call son tomorrow 9 @4West") == "Tue 24 Nov 2026 09:00"
    assert task.problems == ()


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("call son today 14:30", "Mon 23 Nov 2026 14:30"),
        ("call son at 9", "Tue 24 Nov 2026 09:00"),
        ("call son 11am", "Mon 23 Nov 2026 11:00"),
        ("call son 9am", "Tue 24 Nov 2026 09:00"),
        ("call son noon", "Mon 23 Nov 2026 12:00"),
        ("call son wed 2", "Wed 25 Nov 2026 14:00"),
        ("call son 2 pm wednesday", "Wed 25 Nov 2026 14:00"),
        ("call son monday", "Mon 30 Nov 2026 23:59"),
        ("call son on thurs at noon", "Thu 26 Nov 2026 12:00"),
        ("call son in 2 h", "Mon 23 Nov 2026 12:42"),
        ("call son in 30min", "Mon 23 Nov 2026 11:12"),
        ("call son in 3 days", "Thu 26 Nov 2026 10:42"),
        ("call son 11/25 9", "Wed 25 Nov 2026 09:00"),
        ("call son nov 25", "Wed 25 Nov 2026 23:59"),
        ("call son 25 november 9:15", "Wed 25 Nov 2026 09:15"),
        ("call son 2026-12-01 8", "Tue 01 Dec 2026 08:00"),
        ("call son 1/4", "Mon 04 Jan 2027 23:59"),
        ("call son 11/31", ""),
        ("call son 25:00", ""),
    ],
)
def test_days_and_times_are_read_as_people_type_them(text: str, due: str) -> None:
    assert local(text) == due


def test_a_number_that_is_no_time_stays_in_the_title() -> None:
    task = read("print 9 forms for room 412")
    assert (task.title, task.due_at, task.kind) == ("Print 9 forms for room 412", None, "paperwork")


def test_before_leaving_is_an_event_not_a_date() -> None:
    task = read("give notice before leaving")
    assert (task.due_event, task.due_at, task.kind) == ("before-leaving", None, "notice")


def test_a_name_known_to_several_is_asked_back() -> None:
    assert read("call son @maria").problems == (("several-names", "maria"),)
    assert read("call son @4").problems == (("several-names", "4"),)
    assert read("call son @nobody").problems == (("unknown-name", "nobody"),)
    assert read("call son @mdelgado").person == 11


def test_a_mark_sets_the_priority() -> None:
    assert read("call son !urgent").priority == "urgent"
    assert read("call son !soon").problems == (("unknown-mark", "!soon"),)


def test_a_line_without_work_in_it_is_refused() -> None:
    assert read("tomorrow 9 @4West").problems == (("no-title", ""),)
    assert read("x" * 301).problems == (("too-long", ""),)


def test_a_time_the_clocks_skip_is_the_moment_they_jump_to() -> None:
    before = datetime(2027, 3, 13, 15, tzinfo=UTC)
    due = read("call son tomorrow 2:30am", before).due_at
    assert due is not None
    assert due.isoformat() == "2027-03-14T03:00:00-04:00"


WORDS = st.sampled_from(
    ["call", "son", "tomorrow", "today", "at", "in", "2", "h", "9:30", "9am", "noon", "wed", "nov",
     "25", "11/25", "0", "pm", "on", "before", "leaving", "@4West", "@", "!", "!urgent", "99"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=12).map(" ".join)))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_the_reader_and_nothing_it_did_not_understand_is_lost(text: str) -> None:
    task = read(text)
    assert task.due_at is None or task.due_at.tzinfo is not None
    if len(text) <= 300:
        words = task.title.casefold().split()
        assert all(word in text.casefold().split() for word in words)


@given(st.integers(7, 23), st.integers(0, 59), st.sampled_from(["today", "tomorrow", "wed"]))
def test_a_typed_time_comes_back_as_typed(hour: int, minute: int, day: str) -> None:
    due = read(f"call son {day} {hour}:{minute:02}").due_at
    assert due is not None
    assert (due.astimezone(NEW_YORK).hour, due.astimezone(NEW_YORK).minute) == (hour, minute)


def test_reading_a_hostile_line_takes_no_time() -> None:
    assert read("9:" * 149).kind == "other"
