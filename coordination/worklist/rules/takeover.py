"""Whom a task goes to when another team takes the patient over."""

from __future__ import annotations

from collections.abc import Mapping

PRIMARY, BACKUP, NURSE = "primary", "backup", "nurse"


def next_owner(
    owner: int | None, what: Mapping[int, str], named: Mapping[str, int | None]
) -> int | None:
    """Return who would own a task next; None is the receiving team's pool.

    owner: who has it. what: what each old owner is to the patient. named: who of the receiving team
    would be primary, backup and nurse. Like goes to like: the pool's to the pool, the nurse's to
    the nurse, the backup's to the backup, everybody else's to the primary. Our own choice.
    """
    if owner is None:
        return None
    kind = what.get(owner, PRIMARY)
    if kind == NURSE:
        return named.get(NURSE)
    return (named.get(BACKUP) if kind == BACKUP else None) or named.get(PRIMARY)
