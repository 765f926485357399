"""The tables of the report: load, age by owner, and the same by unit, kind and cause."""

from __future__ import annotations

from collections import Counter

from django.http import QueryDict
from django.utils.translation import gettext as _

from coordination.clocks.rules import BANDS
from coordination.reports import rules
from coordination.reports.drill import narrowed
from coordination.reports.names import cause_names, name_of
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


def tables(matrix: Matrix, asked: QueryDict) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """Return the same late tasks by unit, by kind and by cause, each number with its rows."""
    names: dict[str, dict[str, str]] = {
        "unit": {"": _("At home")},
        "kind": {code: str(label) for code, label in TaskKind.choices},
        "cause": cause_names(),
    }
    titles = {"unit": _("By unit"), "kind": _("By kind"), "cause": _("By cause")}
    sums: dict[str, Counter[str]] = {"unit": Counter(), "kind": Counter(), "cause": Counter()}
    for cell in matrix.cells:
        sums["unit"][cell.unit] += cell.tasks
        sums["kind"][cell.kind] += cell.tasks
        sums["cause"][cell.cause] += cell.tasks
    return [
        (
            title,
            [
                (names[dimension].get(code, code), number, narrowed(asked, **{dimension: code}))
                for code, number in sums[dimension].most_common()
            ],
        )
        for dimension, title in titles.items()
    ]
