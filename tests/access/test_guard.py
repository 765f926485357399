"""What the Guard does around every view: refuse, record, or show nothing at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import include, path

from coordination.access.markers import access, public
from coordination.access.models import AuditEvent, User
from coordination.records import NotPermitted, StaleRecord, TransitionNotAllowed
from patients.models import Patient
from patients.queries import open_chart
from tests.conftest import member
from tests.factories import PatientFactory

MARKER = "Zyxomarker"


@access("patient.read", scope="patient")
def chart(request: Any, public_id: uuid.UUID) -> HttpResponse:
    patient = open_chart(request.actor, public_id)
    return HttpResponse(patient.family)


@access("patient.read", trail="search")
def search(request: Any) -> HttpResponse:
    request.actor.detail = {"query": "hash", "hits": 0}
    return HttpResponse("none")


@access("patient.read", scope="patient")
def refuses(request: Any, public_id: uuid.UUID) -> HttpResponse:
    patient = open_chart(request.actor, public_id)
    with transaction.atomic():
        Patient.objects.filter(pk=patient.pk).update(given="changed")
        match request.GET.get("how"):
            case "stale":
                raise StaleRecord(patient)
            case "403":
                raise NotPermitted("No, not you.")
            case "404":
                raise Http404
            case _:
                raise TransitionNotAllowed("Already done.")


@access("patient.read", trail="export")
def stream(request: Any) -> StreamingHttpResponse:
    def rows() -> Iterator[str]:
        for patient in Patient.objects.order_by("pk"):
            request.actor.shown.add(patient.pk)
            yield patient.family

    request.actor.detail = {"export": "all"}
    return StreamingHttpResponse(rows())


def unmarked(_request: Any) -> HttpResponse:
    return HttpResponse(MARKER)


@public("a page for strangers")
def open_page(_request: Any) -> HttpResponse:
    return HttpResponse("hello")


urlpatterns = [
    path("chart/<uuid:public_id>/", chart),
    path("search/", search),
    path("refuses/<uuid:public_id>/", refuses),
    path("stream/", stream),
    path("unmarked/", unmarked),
    path("open/", open_page),
    path("", include("coordination.urls")),
]

pytestmark = pytest.mark.urls("tests.access.test_guard")


@pytest.fixture
def patient(team) -> Patient:
    return PatientFactory(organization=team.organization, team=team, family=MARKER)


def last() -> AuditEvent:
    found = AuditEvent.objects.order_by("-pk").first()
    assert found is not None
    return found


def test_a_chart_shown_is_a_chart_on_record(signed_in: Client, patient, coordinator) -> None:
    response = signed_in.get(f"/chart/{patient.public_id}/")
    assert response.content.decode() == MARKER
    row = last()
    assert (row.action, row.patients, row.user_id) == ("read", [patient.pk], coordinator.pk)
    assert row.request_id == response["X-Request-Id"]
    assert row.role_used == "coordinator"
    assert len(row.session_hash) == 64


def test_a_search_without_a_hit_is_on_record_too(signed_in: Client) -> None:
    signed_in.get("/search/")
    assert (last().action, last().detail) == ("search", {"query": "hash", "hits": 0})


def test_a_view_nobody_marked_is_shown_to_nobody(signed_in: Client) -> None:
    response = signed_in.get("/unmarked/")
    assert response.status_code == 403
    assert MARKER not in response.content.decode()
    assert last().action == "refusal"


def test_a_public_page_is_open_and_writes_nothing(db) -> None:
    assert Client().get("/open/").content == b"hello"
    assert not AuditEvent.objects.exists()


def test_a_stranger_is_asked_to_sign_in(patient) -> None:
    response = Client().get(f"/chart/{patient.public_id}/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")


def test_an_administrator_sees_no_patient(patient, team) -> None:
    client = Client()
    client.force_login(member(team, "admin"))
    response = client.get(f"/chart/{patient.public_id}/")
    assert response.status_code == 403
    assert MARKER not in response.content.decode()
    assert (last().action, last().outcome, last().patients) == ("refusal", "403", [])


def test_not_yours_not_there_and_no_such_page_look_the_same(signed_in: Client, hospital) -> None:
    other = PatientFactory(organization=hospital, family=MARKER)
    answers = [
        signed_in.get(url)
        for url in (
            f"/chart/{other.public_id}/",
            f"/chart/{uuid.uuid4()}/",
            "/nothing/",
            "/chart/7/",
        )
    ]
    assert {a.status_code for a in answers} == {404}
    assert len({a.content for a in answers}) == 1
    rows = AuditEvent.objects.filter(action="refusal", outcome="not-found")
    assert [r.patients for r in rows] == [[], [], [], []]


@pytest.mark.parametrize(("how", "status"), [("", 409), ("stale", 409), ("403", 403), ("404", 404)])
def test_a_refusal_is_on_record_though_the_change_rolled_back(
    how: str, status: int, signed_in: Client, patient: Patient
) -> None:
    response = signed_in.post(f"/refuses/{patient.public_id}/?how={how}", {"note": "I typed this"})
    assert response.status_code == status
    patient.refresh_from_db()
    assert patient.given == "Grace"
    assert last().action == "refusal"
    assert last().patients == ([patient.pk] if how == "stale" else [])
    if status in {403, 409}:
        assert "I typed this" in response.content.decode()
    assert (MARKER in response.content.decode()) is (how == "stale")


def test_a_refusal_never_gives_a_password_back(signed_in: Client, patient: Patient) -> None:
    response = signed_in.post(f"/refuses/{patient.public_id}/", {"password1": "s3cret-s3cret"})
    assert "s3cret-s3cret" not in response.content.decode()


def test_a_streamed_answer_records_each_patient_before_they_leave(signed_in: Client, team) -> None:
    patients = PatientFactory.create_batch(3, organization=team.organization, team=team)
    chunks = iter(signed_in.get("/stream/").streaming_content)
    for patient in patients:
        next(chunks)
        assert last().patients == [patient.pk]
        assert last().action == "export"


def test_what_cannot_be_recorded_is_not_shown(signed_in: Client, patient: Patient) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """CREATE FUNCTION refuse_audit() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN RAISE EXCEPTION 'disk full'; END $$;
               CREATE TRIGGER refuse_audit BEFORE INSERT ON access_auditevent
               FOR EACH ROW EXECUTE FUNCTION refuse_audit()"""
        )
    response = signed_in.get(f"/chart/{patient.public_id}/")
    assert response.status_code == 503
    assert MARKER not in response.content.decode()
    assert signed_in.get("/search/").status_code == 503


def test_a_disabled_person_sees_nothing_more(signed_in, coordinator: User, patient) -> None:
    User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert signed_in.get(f"/chart/{patient.public_id}/").status_code == 302


@pytest.mark.parametrize(
    "url",
    ["/search/?q=%00", "/search/?q=%ED%A0%80", "/search/?q=%FF%FE", "/search/?%00=1",
     "/nothing%00/", "/nothing%ED%A0%80/", "/%FF/", "/search/?q=%C0%AF"],
)  # fmt: skip
def test_an_address_that_cannot_be_read_gets_a_sentence(url: str, signed_in: Client) -> None:
    response = signed_in.get(url)
    assert response.status_code in {400, 404}
    assert "damaged" in response.content.decode()


def test_every_kind_of_plain_address_can_be_read(signed_in: Client) -> None:
    assert signed_in.get("/search/?q=Nu%C3%B1ez+%F0%9F%91%A9&x=%25&=&&").status_code == 200


def test_a_form_too_large_is_turned_away(signed_in: Client) -> None:
    response = signed_in.post("/theme/", {"theme": "x" * 3_000_000})
    assert response.status_code in {400, 413}


STATEMENTS = 3  # session, user with grants, the view's own; then the trail row


def test_guarding_costs_two_statements_and_the_trail_row(
    signed_in: Client, patient: Patient, django_assert_num_queries
) -> None:
    url = f"/chart/{patient.public_id}/"
    signed_in.get(url)
    with django_assert_num_queries(STATEMENTS + 3):  # + insert in its own savepoint
        signed_in.get(url)


@pytest.mark.parametrize("said", ["-1", "9e9", "²", "1 2"])
def test_a_body_whose_length_is_no_number_is_turned_away(signed_in: Client, said: str) -> None:
    response = signed_in.post("/theme/", {"theme": "dark"}, CONTENT_LENGTH=said)
    assert response.status_code == 400


@pytest.mark.parametrize(
    "there", ["word", "\ufffdx", "//evil.example/", "http://evil.example/", ""]
)
def test_a_way_back_that_is_no_path_of_ours_leads_home(signed_in: Client, there: str) -> None:
    assert signed_in.post("/theme/", {"theme": "dark", "next": there})["Location"] == "/"
    back = signed_in.post("/theme/", {"theme": "dark", "next": "/patients/?lane=late"})
    assert back["Location"] == "/patients/?lane=late"
