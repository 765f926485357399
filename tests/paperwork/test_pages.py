"""Documents in the browser: what is asked, shown, refused and never run."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import AuditEvent
from coordination.paperwork.models import Document
from tests.counting import statements
from tests.factories import PatientFactory, TeamFactory
from tests.paperwork.factories import PDF, DocumentFactory, picture, sent

pytestmark = pytest.mark.django_db
HOSTILE = "=cmd|' /C calc'!A0<script>alert(1)</script>.pdf"


@pytest.fixture
def patient(team):
    return PatientFactory(organization=team.organization, team=team)


def post(client: Client, patient, content=PDF, name="note.pdf", **fields):
    address = f"/patients/{patient.public_id}/documents/new/"
    said = {"create_key": "5f0d4c0e-6d0a-4a34-9f0e-2b1c1d1e1f10", "kind": "consult-note", **fields}
    return client.post(address, {**said, "file": sent(content, name)})


def test_a_document_is_added_and_shown(signed_in, patient):
    answer = post(signed_in, patient, name=HOSTILE, title="Knee X-ray", pages="2")
    made = Document.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/documents/{made.public_id}/"
    page = signed_in.get(answer["Location"]).content.decode()
    assert "Knee X-ray" in page
    assert "2 pages" in page
    assert "Not scanned for harmful content" in page
    assert "<script>alert" not in page
    listed = signed_in.get(f"/patients/{patient.public_id}/documents/").content.decode()
    assert "Knee X-ray" in listed


def test_a_wrong_file_is_said_at_the_field_and_the_rest_stays(signed_in, patient):
    answer = post(signed_in, patient, b"<svg onload=alert(1)>", "scan.pdf", title="Kept as typed")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This is no PDF, PNG, JPEG" in page
    assert "Kept as typed" in page
    assert not Document.objects.exists()


def test_what_is_missing_is_asked_for(signed_in, patient):
    address = f"/patients/{patient.public_id}/documents/new/"
    page = signed_in.post(
        address, {"kind": "", "expires_on": "2020-01-01", "dated_on": "2021-01-01"}
    )
    said = page.content.decode()
    assert page.status_code == 422
    assert "Choose the file." in said
    assert "This is before the day it is dated." in said


def test_a_file_is_handed_out_to_be_saved_and_never_run(signed_in, patient):
    post(signed_in, patient, name="../résumé\u202e.pdf")
    made = Document.objects.get()
    answer = signed_in.get(f"/documents/{made.public_id}/file/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert ".." not in answer["Content-Disposition"]
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = answer["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert AuditEvent.objects.filter(action="export", patients=[patient.pk]).exists()


def test_a_picture_is_shown_drawn_anew_and_a_pdf_is_not(signed_in, patient):
    post(signed_in, patient, picture("JPEG") + b"<script>alert(1)</script>", "photo.jpg")
    made = Document.objects.get()
    shown = signed_in.get(f"/documents/{made.public_id}/preview/")
    assert shown["Content-Type"] == "image/png"
    assert b"<script>" not in shown.content
    pdf = DocumentFactory(patient=patient)
    assert signed_in.get(f"/documents/{pdf.public_id}/preview/").status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_a_404(signed_in, patient):
    gone = DocumentFactory(patient=patient)
    assert signed_in.get(f"/documents/{gone.public_id}/file/").status_code == 404
    assert signed_in.get(f"/documents/{gone.public_id}/").status_code == 200


def test_a_text_is_shown_as_text(signed_in, patient):
    post(signed_in, patient, b"Na 138 & rising, 1 < 2", "lab.txt")
    page = signed_in.get(f"/documents/{Document.objects.get().public_id}/").content.decode()
    assert "Na 138 &amp; rising, 1 &lt; 2" in page


def test_another_teams_document_is_not_found(signed_in, hospital):
    other = TeamFactory(organization=hospital)
    theirs = DocumentFactory(patient=PatientFactory(organization=hospital, team=other))
    for end in ("", "file/", "preview/", "in-error/", "wrong-patient/"):
        assert signed_in.get(f"/documents/{theirs.public_id}/{end}").status_code == 404


def test_paper_waits_on_the_pile_and_is_filed_from_there(signed_in, patient, team):
    answer = signed_in.post(
        "/paperwork/new/", {"team": team.pk, "sender": "Maple Court", "came_by": "fax",
                            "create_key": "5f0d4c0e-6d0a-4a34-9f0e-2b1c1d1e1f11", "file": sent()},
    )  # fmt: skip
    assert answer.status_code == 302
    waits = Document.objects.get()
    assert "Maple Court" in signed_in.get("/paperwork/").content.decode()
    address = f"/documents/{waits.public_id}/chart/"
    found = signed_in.post(address, {"text": patient.family}).content.decode()
    assert f"to-{patient.public_id}" in found
    asked = signed_in.get(f"{address}?to={patient.public_id}").content.decode()
    assert "File it on this chart" in asked
    done = signed_in.post(
        address, {"to": patient.public_id, "version": waits.version, "kind": "result"}
    )
    assert done.status_code == 302
    waits.refresh_from_db()
    assert waits.patient == patient
    assert "Nothing waits to be filed" in signed_in.get("/paperwork/").content.decode()


def test_a_refusal_of_the_act_stays_on_the_form(signed_in, patient, team):
    post(signed_in, patient)
    again_ = post(signed_in, patient, create_key="5f0d4c0e-6d0a-4a34-9f0e-2b1c1d1e1f12")
    assert again_.status_code == 422
    assert "very same file" in again_.content.decode()


def test_the_whole_body_is_refused_by_its_own_word(signed_in, patient, settings):
    settings.UPLOAD_BYTES = 1000
    answer = post(signed_in, patient, PDF + b"x" * 2000)
    assert answer.status_code == 413
    assert "That was too large" in answer.content.decode()


def test_a_body_that_does_not_say_its_length_is_cut_off(patient, settings, rf):
    settings.UPLOAD_BYTES = 100_000
    body = io.BytesIO(
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        + b"x" * 5_000_000
    )
    request = rf.generic("POST", "/", b"", content_type="multipart/form-data; boundary=b")
    request.META["CONTENT_LENGTH"] = "0"
    request._stream = request.META["wsgi.input"] = body
    request.META["CONTENT_LENGTH"] = "6000000"
    assert request.FILES == {}
    assert body.tell() < 400_000


def test_ten_thousand_files_at_once_are_refused(signed_in, patient):
    address = f"/patients/{patient.public_id}/documents/new/"
    many = {f"f{n}": sent(b"x", f"{n}.txt") for n in range(101)}
    assert signed_in.post(address, many).status_code == 400


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_lists_cost_the_same_however_long(rows, signed_in, patient, team):
    DocumentFactory.create_batch(rows, patient=patient)
    for _ in range(rows):
        Document.objects.create(
            organization=team.organization, team=team, entered_at=timezone.now(),
            media_type="text/plain", size_bytes=1, sha256="0" * 64,
        )  # fmt: skip
    chart, pile = f"/patients/{patient.public_id}/documents/", "/paperwork/"
    signed_in.get(chart)
    with statements(7):
        assert signed_in.get(chart).content.decode().count("<li><span") == rows
    with statements(4):  # nobody is shown: no read is on record
        assert signed_in.get(pile).content.decode().count('id="file-') == rows


def test_a_long_list_goes_on_where_it_stopped(signed_in, patient):
    DocumentFactory.create_batch(51, patient=patient)
    address = f"/patients/{patient.public_id}/documents/"
    page = signed_in.get(address).content.decode()
    assert page.count('id="document-') == 52  # 50 and the two buttons
    more = page.partition(f'href="{address}?after=')[2].partition('"')[0].replace("&amp;", "&")
    rest = signed_in.get(f"{address}?after={more}").content.decode()
    assert rest.count('id="document-') == 3
    assert signed_in.get(f"{address}?after=nonsense").status_code == 200
