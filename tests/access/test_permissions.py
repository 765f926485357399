"""Each permission, asked of each role: held where the one table says so, refused elsewhere."""

from __future__ import annotations

import pytest

from coordination.access.actor import require
from coordination.access.roles import ROLES
from coordination.records import NotPermitted
from tests.conftest import actor_of, member

EVERY = sorted({name for _, permissions in ROLES.values() for name in permissions})


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: str, team) -> None:
    actor = actor_of(member(team, role))
    for permission in EVERY:
        if permission in ROLES[role][1]:
            require(actor, permission)
        else:
            with pytest.raises(NotPermitted):
                require(actor, permission)


def test_reading_roles_change_nothing_and_set_up_reads_no_patient() -> None:
    changing = ("change", "create", "move", "log", "assign", "approve", "escalate", "start")
    assert not [p for p in ROLES["auditor"][1] if p.rpartition(".")[2].startswith(changing)]
    about_patients = ("patient.", "contact.", "task.", "clock.", "stay.", "call.", "coverage.")
    assert not [p for p in ROLES["admin"][1] if p.startswith(about_patients)]


def test_a_membership_that_ended_or_has_not_begun_grants_nothing(team, now) -> None:
    user = member(team, "supervisor")
    user.memberships.update(ends_at=user.memberships.get().starts_at.replace(year=2021))
    assert actor_of(user).permissions == frozenset()
    user.memberships.update(ends_at=None, starts_at=now.replace(year=2099))
    assert (actor_of(user).permissions, actor_of(user).team_ids) == (frozenset(), ())
