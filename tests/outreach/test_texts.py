"""Neutral texts: what may stand in them."""

import pytest

from coordination.outreach.rules import fill, language_for


def test_a_part_whose_value_is_not_known_is_left_out():
    body = "On {day}.[ Call {phone}.]"
    assert fill(body, {"day": "Friday", "phone": "1"}) == "On Friday. Call 1."
    assert fill(body, {"day": "Friday", "phone": ""}) == "On Friday."


@pytest.mark.parametrize("body", ["See {diagnosis}.", "On {day}.", "[{diagnosis}]"])
def test_a_text_with_a_hole_or_a_name_that_is_not_allowed_does_not_leave(body):
    with pytest.raises(ValueError, match="has no value"):
        fill(body, {"diagnosis": "x"})


@pytest.mark.parametrize(
    ("wanted", "chosen"), [("es-MX", "es"), ("es", "es"), ("fr", "en"), ("", "en")]
)
def test_the_wanted_language_is_written_where_it_exists(wanted, chosen):
    assert language_for(wanted, frozenset({"en", "es"})) == chosen
