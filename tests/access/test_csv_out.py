"""No cell of an export is ever run by a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from coordination.csv_out import csv_response, csv_text, guarded

LEAD_INS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "|calc", "%00", "\t=1", "\r\n=1", " \u00a0=1", "\ufeff=1",
    "\u200b=1", "\u200d\u2060=1", "\uff1d1+1", "\ufe62" "1",
]  # fmt: skip


@pytest.mark.parametrize("text", LEAD_INS)
def test_a_formula_lead_in_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "Okafor", "a=1", "(555) 010-0412", "'=1", "\u200b"])
def test_plain_text_is_left_alone(text: str) -> None:
    assert guarded(text) == text


def test_numbers_and_dates_are_written_as_what_they_are() -> None:
    row = [-5, Decimal("1.50"), None, date(2026, 11, 23), time(9, 5), True,
           datetime(2026, 11, 23, 15, 42, tzinfo=UTC)]  # fmt: skip
    lines = csv_text(["a"], [row], "by Maria").splitlines()
    assert lines[1] == '-5,1.50,"","2026-11-23","09:05:00","true","2026-11-23T15:42+00:00"'


def test_an_instant_without_a_zone_or_an_object_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        csv_text(["a"], [[datetime(2026, 1, 1)]], "w")  # noqa: DTZ001
    with pytest.raises(TypeError):
        csv_text(["a"], [[object()]], "w")  # type: ignore[list-item]


def test_a_reader_that_splits_at_semicolons_finds_no_new_cell() -> None:
    text = csv_text(["note"], [['x;=1+1;"y']], "w")
    assert text.splitlines()[1] == '"x;=1+1;""y"'


def test_the_download_says_who_took_it_and_is_never_shown_inline() -> None:
    response = csv_response("Overdue: 4 West", ["a"], [["José"]], watermark="Taken by M. Delgado")
    assert response["Content-Disposition"] == 'attachment; filename="overdue-4-west.csv"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows == [["a"], ["José"], ["Taken by M. Delgado"]]


def test_a_lone_surrogate_never_stops_an_export() -> None:
    assert "a?b" in csv_text(["a"], [["a\ud800b"]], "w")
