"""What a person types is kept or refused at its field, in a sentence."""

from __future__ import annotations

import uuid

import pytest
from django import forms

from coordination.forms import CreateForm, LineField, TextField, VersionedForm


class Note(VersionedForm):
    reason = LineField()
    note = TextField(required=False)


def filled(**fields: str) -> Note:
    return Note({"version": "3", "reason": "fell at home", **fields})


@pytest.mark.parametrize("name", ["reason", "note"])
@pytest.mark.parametrize(
    "text",
    [
        "a\x00b",
        "a\x1bb",
        "a\x7fb",
        "a\x85b",
        f"a{chr(0xD800)}b",
        f"a{chr(0xDFFF)}b",
        "a\ufffdb",
        "x" * 1_000_000,
    ],
    ids=["NUL", "escape", "delete", "C1", "high surrogate", "low surrogate", "bad UTF-8", "1 MB"],
)
def test_text_nobody_can_store_or_read_is_a_sentence_at_its_field(name: str, text: str) -> None:
    form = filled(**{name: text})
    assert list(form.errors) == [name]
    (sentence,) = form.errors[name]
    assert sentence.endswith(".")
    assert len(sentence) < 90


def test_a_line_has_no_breaks_and_a_note_may() -> None:
    form = filled(reason="one\ntwo", note="one\r\ntwo\rthree\tfour")
    assert list(form.errors) == ["reason"]
    assert form.cleaned_data["note"] == "one\ntwo\nthree\tfour"


@pytest.mark.parametrize("text", ["José Núñez", "北京", "👩‍⚕️ seen", 'it\'s 5 < 6 & "fine"'])
def test_every_language_and_sign_is_kept_as_typed(text: str) -> None:
    form = filled(reason=text, note=text)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["reason"] == form.cleaned_data["note"] == text


def test_a_length_error_says_by_how_much() -> None:
    assert filled(reason="x" * 201).errors["reason"] == [
        "This is 1 character too long; the most is 200."
    ]


def test_an_empty_required_line_is_asked_for_once() -> None:
    assert len(filled(reason="   ").errors["reason"]) == 1


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "1.5", "\x00"])
def test_a_change_form_needs_the_version_it_was_opened_with(version: str) -> None:
    assert "version" in filled(version=version).errors


def test_each_create_form_carries_its_own_key() -> None:
    class Make(CreateForm):
        title = LineField()

    first, second = (uuid.UUID(str(Make()["create_key"].value())) for _ in range(2))
    assert first != second
    assert isinstance(Make().fields["create_key"].widget, forms.HiddenInput)
    assert "create_key" in Make({"title": "a", "create_key": "nonsense"}).errors
