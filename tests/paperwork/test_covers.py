"""PDFs made here, and the first of them: the cover sheet of a fax."""

from __future__ import annotations

import hashlib
import sys
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from coordination.paperwork import actions, pdf, store
from coordination.paperwork.actions import SendIn
from coordination.paperwork.actions.covering import words_of
from coordination.paperwork.jobs import make_covers
from coordination.paperwork.models import Dispatch, Document
from tests.factories import PatientFactory
from tests.paperwork.factories import DocumentFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not pdf.pdf_check().ok, reason=pdf.pdf_check().advice or "PDFs are made"),
]


@pytest.fixture
def patient(team):
    return PatientFactory(organization=team.organization, team=team)


def planned(actor, patient, channel="fax", **more):
    what = SendIn(
        to_name="Dana <i> Whitfield", channel=channel, to_address="(555) 010-4422",
        purpose="Bed request after the stroke",
        documents=(DocumentFactory(patient=patient, **more).public_id,),
    )  # fmt: skip
    return actions.plan_dispatch(actor, patient, what, now=timezone.now())


def sheet(**more):
    said = {
        "house": "Home", "foot": "R", "language": "en", "to_name": "X", "to_address": "1",
        "sender": "Y", "phone": "2", "day": "today", "pages": 2, "reference": "R", **more,
    }  # fmt: skip
    return pdf.printed("paperwork/cover.html", said)


def test_the_same_words_make_the_same_bytes():
    assert sheet().content == sheet().content
    assert sheet(to_name="Z").content != sheet().content
    assert sheet().content.startswith(b"%PDF-")
    assert sheet().pages == 1


def test_a_sheet_fetches_nothing():
    fetch = pdf.own_fonts_only(pdf.library()).fetch
    for address in (
        "https://example.org/x.png", "file:///etc/passwd", "data:text/plain,x", "our-own:../x", "x",
    ):  # fmt: skip
        with pytest.raises(ValueError, match="fetches nothing"):
            fetch(address)
    assert fetch("our-own:Bold").read(4) == b"\x00\x01\x00\x00"


def test_more_pages_than_asked_for_are_refused():
    with pytest.raises(pdf.TooLong):
        pdf.printed("paperwork/cover.html", words(), most_pages=0)


def words():
    return dict.fromkeys(
        ("house", "foot", "language", "to_name", "to_address", "sender", "phone", "day", "pages",
         "reference"), "1"
    )  # fmt: skip


def test_a_machine_without_the_text_libraries_says_what_to_install(monkeypatch):
    class Missing:
        def find_spec(self, name, path=None, target=None):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(ImproperlyConfigured, match=r"libpango-1\.0-0"):
        pdf.library()
    assert not pdf.pdf_check().ok
    make_covers()  # says so in the log and harms nothing


def test_a_waiting_fax_gets_its_cover_once(actor, patient):
    row = planned(actor, patient, pages=3)
    now = timezone.now()
    assert [actions.make_covers(now), actions.make_covers(now)] == [1, 0]
    row.refresh_from_db()
    cover = row.cover
    assert (cover.kind, cover.origin, cover.pages, cover.patient) == ("cover", "made", 1, patient)
    kept = store.path_of(cover.file_id).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == cover.sha256
    assert row.version == 1  # nobody's open form is stale by it


def test_only_a_fax_that_still_waits_gets_one(actor, patient):
    planned(actor, patient, channel="mail")
    gone = planned(actor, patient)
    now = timezone.now()
    actions.mark_sent(actor, gone.public_id, None, sent_at=now, now=now)
    assert actions.make_covers(now) == 0
    planned(actor, patient)
    assert actions.make_covers(now + timedelta(days=8)) == 0


def test_the_cover_names_no_patient_and_no_reason(actor, patient):
    row = planned(actor, patient)
    said = " ".join(map(str, words_of(row).values()))
    for secret in (patient.family, patient.given, patient.mrn, "stroke", "Visit note"):
        assert secret not in said


def test_pages_that_were_never_counted_are_left_for_the_hand(actor, patient):
    assert words_of(planned(actor, patient, pages=3))["pages"] == 4
    assert words_of(planned(actor, patient))["pages"] is None


def test_a_full_chart_stops_no_other_cover(actor, patient, team):
    planned(actor, patient)
    Document.objects.update(size_bytes=200 * 1024 * 1024)
    planned(actor, PatientFactory(organization=team.organization, team=team))
    assert actions.make_covers(timezone.now()) == 1
    assert Dispatch.objects.filter(cover=None).count() == 1


def test_the_page_of_the_fax_offers_its_cover_and_the_next_fax_does_not(signed_in, actor, patient):
    row = planned(actor, patient)
    address = f"/paperwork/sent/{row.public_id}/"
    assert "is being made" in signed_in.get(address).content.decode()
    actions.make_covers(timezone.now())
    assert 'id="cover-save"' in signed_in.get(address).content.decode()
    asked = signed_in.get(f"/patients/{patient.public_id}/documents/send/").content.decode()
    assert "Cover sheet of a fax" not in asked
