"""Statements planned once a connection: same answers, one statement, and a way around pools."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from coordination.prepared import Prepared
from tests.counting import statements

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SUM = Prepared(
    "test_sum", "SELECT %(a)s + sum(x), '100%%' FROM unnest(%(more)s) x", a="int", more="int[]"
)


def test_a_prepared_statement_answers_like_the_plain_one(settings) -> None:
    asked = {"a": 1, "more": [2, 3]}
    assert SUM.rows(asked) == [(6, "100%")]
    settings.PREPARED_STATEMENTS = False
    assert SUM.row(asked) == (6, "100%")


def test_it_counts_as_one_statement_the_first_time_too() -> None:
    fresh = Prepared("test_fresh", "SELECT %(a)s", a="int")
    for _ in range(2):
        with statements(1):
            assert fresh.row({"a": 7}) == (7,)


def test_it_outlives_a_transaction_that_was_rolled_back() -> None:
    late = Prepared("test_late", "SELECT %(a)s", a="int")
    with transaction.atomic():
        late.row({"a": 1})
        transaction.set_rollback(True)
    assert late.row({"a": 2}) == (2,)


def test_what_the_database_refuses_is_a_database_error() -> None:
    wrong = Prepared("test_wrong", "SELECT no_such_column FROM access_user")
    with pytest.raises(DatabaseError), transaction.atomic():
        wrong.rows({})
    assert connection.is_usable()


def test_a_parameter_without_a_type_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="no type for b"):
        Prepared("test_untyped", "SELECT %(a)s, %(b)s", a="int")
