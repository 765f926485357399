"""The bench itself: what it calls met, and whose databases it touches. Nothing is timed."""

from __future__ import annotations

import os

import psycopg2
import pytest
from psycopg2 import sql

from bench.__main__ import SIZES as OFFERED
from bench.results import Result, table
from bench.scratch import NotOurs, Scratch


def test_a_ratio_is_held_to_its_target_from_the_right_side() -> None:
    assert Result("T1", 3.0, 2.0, "ms", 1.5).ok
    assert not Result("T1", 3.1, 2.0, "ms", 1.5).ok
    assert Result("T4", 9.0, 10.0, "rows/s", 0.8, at_least=True).ok
    assert not Result("T4", 7.0, 10.0, "rows/s", 0.8, at_least=True).ok


def test_an_absolute_figure_needs_no_floor_and_a_row_may_only_inform() -> None:
    assert Result("T2", 5, None, "statements", 8).ok
    assert not Result("T2", 5, None, "statements", 8, is_wrong=True).ok
    assert Result("T5", 5, 4, "ms", None).ok is None


def test_the_table_names_what_missed_its_target() -> None:
    rows = [Result("T1 page", 5.0, 2.0, "ms", 1.5), Result("T2", 5, None, "n", 8)]
    head, *lines = table(rows).splitlines()
    assert head.split()[:3] == ["name", "ours", "floor"]
    assert "MISSED" in lines[0]
    assert "MISSED" not in lines[1]


@pytest.mark.database
def test_a_database_the_bench_did_not_make_is_left_alone() -> None:
    scratch = Scratch(os.environ["DATABASE_URL"], "test")
    with scratch.server() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(scratch.kept)))
        try:
            assert not scratch.is_fresh()
            with pytest.raises(NotOurs, match="was not made by the bench"):
                scratch.make()
            assert scratch.mark_of(cursor, scratch.kept) == ""
        finally:
            cursor.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(scratch.kept)))


@pytest.mark.database
def test_data_half_made_is_made_again_and_a_copy_goes_when_the_run_ends() -> None:
    scratch = Scratch(os.environ["DATABASE_URL"], "half")
    try:
        scratch.make()
        assert not scratch.is_fresh()
        scratch.finish()
        assert scratch.is_fresh()
        scratch.copy()
        with psycopg2.connect(scratch.url(scratch.run)):
            pass
        scratch.drop_run()
        with scratch.server() as cursor:
            assert scratch.mark_of(cursor, scratch.run) is None
    finally:
        with scratch.server() as cursor:
            for name in (scratch.run, scratch.kept):
                cursor.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )


@pytest.mark.django_db
def test_the_generator_makes_each_size_it_offers() -> None:
    from bench.gen import SIZES

    assert tuple(SIZES) == OFFERED
