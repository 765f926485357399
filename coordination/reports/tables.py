"""The tables of the report: load, age by owner, and the same by unit, kind and cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from django.http import QueryDict
from django.utils.translation import gettext as _

from coordination.clocks.rules import BANDS
from coordination.reports import rules
from coordination.reports.drill import narrowed
from coordination.reports.names import name_of
from coordination.reports.queries import Matrix, Owner
from coordination.worklist.models import TaskKind

OVER_LOAD = 100


def owner_words(owner: Owner) -> dict[str, object]:
    """Return one line of load and lateness. The load is shown, no norm (rules.md 9)."""
    share = rules.percent(owner.open, owner.usual_load or 0) if owner.usual_load else None
    return {
        "owner": owner,
        "name": name_of(owner),
        "initials": (owner.first_name[:1] + owner.last_name[:1]) or "?",
        "share": share,
        "is_over": share is not None and share > OVER_LOAD,
        "words": _("%(share)s %% of usual") % {"share": share} if share is not None else "",
    }


def by_owner(matrix: Matrix, owners: list[Owner], asked: QueryDict) -> list[dict[str, object]]:
    """Return the table owner x band, each number with the address of its rows."""
    sums: Counter[tuple[int, str]] = Counter()
    for cell in matrix.cells:
        sums[cell.owner, cell.band] += cell.tasks
    lines = []
    for owner in owners:
        cells = [
            (sums[owner.pk, band], narrowed(asked, owner=str(owner.pk), band=band))
            for band in BANDS
        ]
        if owner.late or owner.undated:
            lines.append(
                {
                    "name": name_of(owner),
                    "cells": cells,
                    "late": owner.late,
                    "url": narrowed(asked, owner=str(owner.pk)),
                    "undated": owner.undated,
                    "undated_url": narrowed(asked, owner=str(owner.pk), undated="1"),
                }
            )
    return lines


def tables(
    matrix: Matrix, causes: dict[str, str], asked: QueryDict
) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """Return the same late tasks by unit, by kind and by cause, each number with its rows."""
    units, kinds, why = Counter[str](), Counter[str](), Counter[str]()
    for cell in matrix.cells:
        units[cell.unit] += cell.tasks
        kinds[cell.kind] += cell.tasks
        why[cell.cause] += cell.tasks
    at_home = _("At home")
    return [
        (_("By unit"), _rows("unit", units, lambda code: code or at_home, asked)),
        (_("By kind"), _rows("kind", kinds, lambda code: str(TaskKind(code).label), asked)),
        (_("By cause"), _rows("cause", why, lambda code: causes.get(code, code), asked)),
    ]


def _rows(
    dimension: str, sums: Counter[str], name: Callable[[str], str], asked: QueryDict
) -> list[tuple[str, int, str]]:
    return [
        (name(code), number, narrowed(asked, **{dimension: code}))
        for code, number in sums.most_common()
    ]
