"""What monitoring is told, and what it is not."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client

from coordination.access.models import Team
from coordination.ground import checks, views
from coordination.ground.actions import beat
from tests.conftest import member


def test_the_process_says_it_lives_without_asking_the_database(client: Client) -> None:
    assert client.get("/healthz").content == b"alive\n"


def test_ready_only_while_a_worker_beats(client: Client, db: None) -> None:
    assert client.get("/readyz").status_code == 503
    beat()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


def test_a_stranger_is_not_told_what_is_wrong(client: Client, db: None) -> None:
    assert client.get("/readyz").content == b"not ready; `manage.py doctor` says why\n"


def test_a_worker_silent_for_more_than_two_minutes_counts_as_gone(db: None) -> None:
    beat()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ground_heartbeat SET at = now() - interval '121 seconds'")
    assert not checks.worker().ok
    assert checks.worker().seen == "seen 121 s ago"


def test_the_doctor_says_what_to_do(db: None) -> None:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", stdout=out)
    said = out.getvalue()
    assert "FAIL  worker       never seen. Start `celery" in said
    assert "ok    migrations   0 not applied" in said


def test_every_check_of_the_settings_answers(db: None) -> None:
    asked = [*settings.HEALTH_CHECKS, *settings.DOCTOR_CHECKS]
    found = checks.run(asked)
    assert len({check.name for check in found}) == len(asked)
    assert all(check.seen for check in found)


def test_the_doctor_names_what_a_hospital_has_not_settled(team: Team) -> None:
    check = checks.facility_settings()
    assert not check.ok
    assert not check.is_vital
    assert f"{team.facility.name}: Quiet hours" in check.seen


def test_the_doctor_names_a_team_where_nobody_decides(team: Team) -> None:
    assert checks.deciders().ok, "a team without people asks nothing"
    member(team)
    assert team.name in checks.deciders().seen
    member(team, "supervisor")
    assert checks.deciders().ok


def test_a_database_that_is_away_is_a_503_page_that_says_so(rf, db: None) -> None:
    try:
        raise OperationalError("the words of the driver")
    except OperationalError:
        answer = views.server_error(rf.get("/"))
    assert answer.status_code == 503
    assert "nothing was saved" in answer.content.decode()
    assert "driver" not in answer.content.decode()
