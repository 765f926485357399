"""What the field leaves to the site: read by key, never guessed."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from coordination.access.models import FacilitySetting
from coordination.access.rules import (
    SETTINGS,
    Working,
    check_setting,
    parse_length,
    parse_quiet_hours,
    parse_steps,
    parse_working,
)
from coordination.access.settings_of import facility_setting, missing_settings, values_in_use


def test_settings_are_read_as_people_write_them() -> None:
    assert parse_quiet_hours("20:00-08:00") == (time(20), time(8))
    assert parse_steps("60 min / 4 h / 24 h") == (
        timedelta(hours=1),
        timedelta(hours=4),
        timedelta(days=1),
    )
    assert parse_length("15 min") == timedelta(minutes=15)
    assert parse_working("8 business hours") == Working(8, "h")
    assert parse_working("5 business days") == Working(5, "d")


@pytest.mark.parametrize("key", SETTINGS)
def test_the_example_of_each_setting_is_a_right_one(key: str) -> None:
    assert check_setting(key, SETTINGS[key].example) == ""


@pytest.mark.parametrize(
    "value",
    ["", "soon", "25:00-08:00", "08:00-08:00", "4 h / 1 h", "0 min", "-5 min", "٣ h", "9" * 99],
)
@pytest.mark.parametrize("key", SETTINGS)
def test_a_wrong_value_gets_a_sentence(key: str, value: str) -> None:
    assert check_setting(key, value).endswith(".")


def test_an_unset_setting_is_none_and_said_to_be_missing(hospital, team, now) -> None:
    assert values_in_use("quiet_hours") == []
    assert facility_setting(team.facility_id, "quiet_hours") is None
    assert facility_setting(None, "quiet_hours") is None
    assert [m.key for m in missing_settings(hospital)] == list(SETTINGS)
    FacilitySetting.objects.create(
        organization=hospital, facility=team.facility, key="quiet_hours", value="20:00-08:00",
        set_at=now,
    )  # fmt: skip
    assert values_in_use("quiet_hours") == ["20:00-08:00"]
    assert facility_setting(team.facility_id, "quiet_hours") == "20:00-08:00"
    assert "quiet_hours" not in {m.key for m in missing_settings(hospital)}


def test_a_setting_nobody_listed_is_a_programming_error(db) -> None:
    with pytest.raises(KeyError):
        values_in_use("quiet_houres")
    with pytest.raises(KeyError):
        facility_setting(1, "quiet_houres")
