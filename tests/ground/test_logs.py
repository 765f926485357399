"""What a log line holds, and what can never get into one."""

import json
import logging
import sys

import pytest

from coordination.logs import JsonFormatter

NAME = "Grace Okafor"


def line(message: str, *args: object, name: str = "coordination.app", **extra: object) -> dict:
    record = logging.LogRecord(name, logging.INFO, "x.py", 7, message, args, None, "read")
    for key, value in extra.items():
        setattr(record, key, value)
    return json.loads(JsonFormatter().format(record))


def test_an_event_keeps_its_name_and_the_listed_fields() -> None:
    said = line("deliveries_sent", count=25, request_id="ab12", job="outreach.send_due")
    assert said["event"] == "deliveries_sent"
    assert (said["count"], said["request_id"], said["job"]) == (25, "ab12", "outreach.send_due")


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(lambda: line("opened %s", NAME), id="argument"),
        pytest.param(lambda: line(f"opened {NAME}"), id="pasted into the text"),
        pytest.param(lambda: line("patient_opened", patient=NAME), id="unlisted field"),
        pytest.param(lambda: line("patient_opened", view=NAME), id="text in a listed field"),
        pytest.param(lambda: line(f"told {NAME}", name="celery.worker"), id="library text"),
        pytest.param(lambda: line("told %s", NAME, name="gunicorn.error"), id="library argument"),
    ],
)
def test_a_name_never_gets_through(said) -> None:
    assert NAME not in json.dumps(said())
    assert "Okafor" not in json.dumps(said())


def test_an_error_shows_its_class_and_place_but_not_its_words() -> None:
    try:
        raise ValueError(NAME)
    except ValueError:
        record = logging.LogRecord(
            "django.request", logging.ERROR, "x.py", 7, "Broke: %s", (NAME,), sys.exc_info()
        )
    said = JsonFormatter().format(record)
    assert "Okafor" not in said
    assert json.loads(said)["error"] == "ValueError"
    assert "test_logs.py" in json.loads(said)["at_code"][-1]
