"""The walk over the resolver: no address is forgotten (trust.md D2)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from coordination.access.management.commands.authorization_table import authorization_table
from coordination.access.outside import OUTSIDE
from coordination.access.roles import ROLES
from coordination.access.walk import Address, every_address
from tests.access.sample_objects import SAMPLES, VALUES

PERMISSIONS = {name for _, permissions in ROLES.values() for name in permissions}
TRAILS = {"read", "list", "search", "print", "export"}
PLAIN_SCOPES = {"", "organization", "set-up"}
UNCHANGING = {"put", "patch", "delete"}

EVERY = [pytest.param(address, id=address.route) for address in every_address()]


@pytest.mark.parametrize("address", EVERY)
def test_every_address_carries_a_mark(address: Address) -> None:
    assert address.mark is not None, (
        f"Mark {address.view.__module__}.{address.view.__qualname__} with @access(...) or"
        " @public(reason), or list its module in access/outside.py."
    )
    assert address.mark.public or address.mark.permission in PERMISSIONS | {""}, (
        f"{address.mark.permission!r} is no permission: add it to access/roles.py."
    )
    assert address.mark.trail in TRAILS
    assert len(address.mark.public) != 1


@pytest.mark.parametrize("address", EVERY)
def test_every_id_in_an_address_has_a_sample(address: Address) -> None:
    assert address.mark is not None
    if address.route.startswith("/admin/"):
        return
    scope = address.mark.scope
    assert scope in PLAIN_SCOPES or scope in SAMPLES, (
        f'No sample object for scope "{scope}": add one to tests/access/sample_objects.py.'
    )
    for name in address.parameters:
        if name == "public_id":
            assert scope in SAMPLES, f"{address.route}: say with scope= what public_id names."
        else:
            assert name in VALUES, (
                f'No value for the parameter "{name}": add one to tests/access/sample_objects.py.'
            )
    assert "<int:pk>" not in address.route, "Addresses carry UUIDs, never row numbers (D6)."


def test_every_third_party_module_listed_is_in_use() -> None:
    modules = {address.view.__module__ for address in every_address()}
    served_in_development = {name for name in OUTSIDE if "static" in name or "i18n" in name}
    for listed in set(OUTSIDE) - served_in_development:
        assert any(module.startswith(listed) for module in modules), f"{listed} serves nothing"


def test_the_printed_table_is_what_the_marks_say() -> None:
    printed = (Path(settings.BASE_DIR) / "docs" / "authorization.md").read_text()
    assert printed == authorization_table(), (
        "Run: python manage.py authorization_table > docs/authorization.md"
    )
