"""Let the scenes say what they found where an assertion fails, as a test module does."""

import pytest

PARTS = ("morning", "midday", "afternoon", "evening", "night")
pytest.register_assert_rewrite(*(f"tests.journeys.tuesday.{part}" for part in PARTS))
