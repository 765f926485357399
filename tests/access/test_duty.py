"""Who is on duty, on call, and who acts for whom, by the shifts and covers live at an instant."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from coordination.access.duty import is_on_duty, on_call, on_duty
from coordination.access.models import Organization, Team, User
from tests.conftest import actor_of, member
from tests.factories import CoverFactory, ShiftFactory, TeamFactory, UnitFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def here() -> dict[str, Any]:
    """Return the stretch around the present, in which load_user reads."""
    return {"starts_at": timezone.now() - HOUR, "ends_at": timezone.now() + HOUR}


@pytest.fixture
def sana(team: Team) -> User:
    return member(team, first_name="Sana", last_name="Ali")


def test_a_confirmed_shift_counts_from_its_start_to_its_end(
    coordinator: User, team: Team, now: datetime
) -> None:
    ShiftFactory(user=coordinator, team=team, starts_at=now, ends_at=now + HOUR)
    instants = (now - timedelta(seconds=1), now, now + HOUR - timedelta(seconds=1), now + HOUR)
    assert [is_on_duty(coordinator.pk, at) for at in instants] == [False, True, True, False]


def test_a_planned_shift_is_nobody_on_duty(coordinator: User, team: Team, now: datetime) -> None:
    ShiftFactory(user=coordinator, team=team, starts_at=now, ends_at=now + HOUR, confirmed_at=None)
    assert not is_on_duty(coordinator.pk, now)


def test_a_shift_ended_early_is_over(coordinator: User, team: Team, now: datetime) -> None:
    ShiftFactory(
        user=coordinator, team=team, starts_at=now - HOUR, ends_at=now + HOUR, ended_at=now
    )
    assert not is_on_duty(coordinator.pk, now)


def test_who_is_on_duty_for_a_team_and_on_its_units(
    coordinator: User, sana: User, team: Team, now: datetime
) -> None:
    unit = UnitFactory(organization=team.organization, facility=team.facility)
    team.units.add(unit)
    other = TeamFactory(organization=team.organization, facility=team.facility)
    other.units.add(unit)
    times = {"starts_at": now, "ends_at": now + HOUR}
    on_team = ShiftFactory(user=coordinator, team=team, **times)
    on_unit = ShiftFactory(user=sana, unit=unit, role_id="nurse", **times)
    organization_id = team.organization_id
    assert set(on_duty(organization_id, now, team_id=team.pk)) == {on_team, on_unit}
    assert set(on_duty(organization_id, now, unit_id=unit.pk)) == {on_team, on_unit}
    assert on_duty(organization_id, now, team_id=other.pk) == [on_unit]
    assert on_duty(organization_id + 1, now) == []


def test_the_supervisor_on_shift_is_on_call_else_every_one_of_the_team(
    supervisor: User, team: Team, now: datetime
) -> None:
    other = member(team, "supervisor")
    assert on_call(team.pk, now) == [supervisor.pk, other.pk]
    ShiftFactory(user=other, team=team, role_id="supervisor", starts_at=now, ends_at=now + HOUR)
    assert on_call(team.pk, now) == [other.pk]
    assert on_call(team.pk, now + HOUR) == [supervisor.pk, other.pk]


def test_who_stands_in_for_the_only_supervisor_is_on_call(
    supervisor: User, sana: User, team: Team, now: datetime
) -> None:
    CoverFactory(away=supervisor, covering=sana, team=team, starts_at=now, ends_at=now + HOUR)
    assert on_call(team.pk, now) == [sana.pk]


def test_a_person_acts_for_whom_they_cover_while_it_lasts(
    coordinator: User, sana: User, team: Team, here: dict[str, Any]
) -> None:
    cover = CoverFactory(away=coordinator, covering=sana, team=team, **here)
    assert actor_of(sana).acts_for == (sana.pk, coordinator.pk)
    assert actor_of(coordinator).acts_for == (coordinator.pk,)
    cover.ended_at = timezone.now()
    cover.save()
    assert actor_of(sana).acts_for == (sana.pk,)


def test_an_asked_cover_changes_nothing_yet(
    coordinator: User, sana: User, team: Team, here: dict[str, Any]
) -> None:
    CoverFactory(away=coordinator, covering=sana, team=team, accepted_at=None, **here)
    assert actor_of(sana).acts_for == (sana.pk,)


def test_a_shared_list_is_acted_on_patient_by_patient(
    coordinator: User, sana: User, team: Team, here: dict[str, Any]
) -> None:
    CoverFactory(away=coordinator, covering=sana, team=team, patients=[7, 9], **here)
    actor = actor_of(sana)
    assert actor.acts_for == (sana.pk,)
    assert actor.acts_for_patients == ((coordinator.pk, 7), (coordinator.pk, 9))
    owned = [actor.owns_for(coordinator.pk, pk) for pk in (7, 8, 9)]
    assert owned == [True, False, True]
    assert actor.owns_for(sana.pk, 8)
    assert not actor.owns_for(None, 7)


def test_a_float_sees_the_teams_of_the_unit_for_that_shift_only(
    coordinator: User, team: Team, here: dict[str, Any]
) -> None:
    unit = UnitFactory(organization=team.organization, facility=team.facility)
    other = TeamFactory(organization=team.organization, facility=team.facility)
    other.units.add(unit)
    shift = ShiftFactory(user=coordinator, unit=unit, role_id="nurse", is_float=True, **here)
    actor = actor_of(coordinator)
    assert set(actor.team_ids) == {team.pk, other.pk}
    assert [(one.place, one.role, one.is_float) for one in actor.duty] == [
        (unit.name, "nurse", True)
    ]
    shift.ended_at = timezone.now()
    shift.save()
    assert actor_of(coordinator).team_ids == (team.pk,)
    assert actor_of(coordinator).duty == ()


def test_a_shift_on_a_unit_of_ones_own_team_lends_no_other_team(
    coordinator: User, team: Team, here: dict[str, Any]
) -> None:
    unit = UnitFactory(organization=team.organization, facility=team.facility)
    TeamFactory(organization=team.organization, facility=team.facility).units.add(unit)
    ShiftFactory(user=coordinator, unit=unit, **here)
    assert actor_of(coordinator).team_ids == (team.pk,)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"team": None}, "shift_in_one_place"),
        ({"ends_at": "starts_at"}, "shift_ends_after_start"),
        ({"ended_at": "later"}, "shift_ended_within_it"),
        ({"is_float": True}, "shift_floats_to_unit"),
        ({"twice": True}, "shift_never_overlaps"),
    ],
)
def test_what_no_shift_can_be(
    coordinator: User, team: Team, now: datetime, changes: dict[str, Any], constraint: str
) -> None:
    fields: dict[str, Any] = {
        "user": coordinator, "team": team, "starts_at": now, "ends_at": now + HOUR,
    }  # fmt: skip
    if changes.pop("twice", False):
        ShiftFactory(**fields)
    named = {"starts_at": now, "later": now + 2 * HOUR}
    fields |= {k: named.get(v, v) if isinstance(v, str) else v for k, v in changes.items()}
    with pytest.raises(IntegrityError, match=constraint):
        ShiftFactory(**fields)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"covering": "away"}, "cover_not_oneself"),
        ({"ends_at": "starts_at"}, "cover_ends_after_start"),
        ({"ended_at": "later"}, "cover_ended_within_it"),
        ({"twice": "whole"}, "cover_of_all_never_overlaps"),
        ({"twice": "part"}, "cover_by_one_never_overlaps"),
    ],
)
def test_what_no_cover_can_be(
    coordinator: User, sana: User, team: Team, now: datetime, changes: dict[str, Any],
    constraint: str,
) -> None:  # fmt: skip
    fields: dict[str, Any] = {
        "away": coordinator, "covering": sana, "team": team, "starts_at": now,
        "ends_at": now + HOUR,
    }  # fmt: skip
    named = {"starts_at": now, "later": now + 2 * HOUR, "away": coordinator}
    twice = changes.pop("twice", "")
    if twice == "whole":
        CoverFactory(**fields | {"covering": member(team)})
    if twice == "part":
        fields["patients"] = [7]
        CoverFactory(**fields)
    fields |= {k: named.get(v, v) for k, v in changes.items()}
    with pytest.raises(IntegrityError, match=constraint):
        CoverFactory(**fields)


def test_two_colleagues_may_share_a_list(
    coordinator: User, sana: User, team: Team, now: datetime
) -> None:
    fields = {"away": coordinator, "team": team, "starts_at": now, "ends_at": now + HOUR}
    CoverFactory(covering=sana, patients=[7], **fields)
    CoverFactory(covering=member(team), patients=[9], **fields)


def test_reading_who_a_person_is_stays_one_statement(
    hospital: Organization, coordinator: User, sana: User, team: Team, here: dict[str, Any],
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    ShiftFactory(user=sana, team=team, **here)
    CoverFactory(away=coordinator, covering=sana, team=team, **here)
    with django_assert_num_queries(1):
        actor_of(sana)
