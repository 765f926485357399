"""`manage.py authorization_table > docs/authorization.md`: who may open which address."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from coordination.access.roles import ROLES
from coordination.access.walk import Address, every_address

INTRODUCTION = """# Who may open what

Made by `manage.py authorization_table > docs/authorization.md` from the mark each view carries, and
kept true by `tests/test_every_url_is_guarded.py`. A role opens an address if it has the permission
*and* the record the address names is in scope: patients of one's teams (the whole organization for
the auditor). Out of scope answers 404, exactly like an id that does not exist. What an act needs
beyond its page's permission (such as closing another's task) its action asks for.

"""
HEAD = ["Address", "Permission", "Scope", "Trail", *(name for name, _ in ROLES.values()), "Nobody"]
ANYBODY = "any signed-in person"


def row(address: Address) -> list[str]:
    """Return the cells of one address: yes or no for each role and for a stranger."""
    mark = address.mark
    if mark is None:
        return [f"`{address.route}`", "**unmarked: refused**", "", "", *[""] * len(ROLES), ""]
    if mark.public:
        return [
            f"`{address.route}`",
            f"public: {mark.public}",
            "",
            "",
            *["yes"] * len(ROLES),
            "yes",
        ]
    roles = [
        "yes" if not mark.permission or mark.permission in permissions else "-"
        for _, permissions in ROLES.values()
    ]
    permission = f"`{mark.permission}`" if mark.permission else ANYBODY
    return [f"`{address.route}`", permission, mark.scope, mark.trail, *roles, "-"]


def permissions_table() -> list[str]:
    """Return every permission with the roles that hold it."""
    every = sorted({name for _, permissions in ROLES.values() for name in permissions})
    head = ["Permission", *(name for name, _ in ROLES.values())]
    rows = [
        [f"`{name}`", *("yes" if name in held else "-" for _, held in ROLES.values())]
        for name in every
    ]
    return table(head, rows)


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Return the lines of a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def authorization_table() -> str:
    """Return the whole document."""
    addresses = table(HEAD, [row(address) for address in every_address()])
    lines = [*addresses, "", "## Permissions by role", "", *permissions_table(), ""]
    return INTRODUCTION + "\n".join(lines)


class Command(BaseCommand):
    help = "Write the table of every address, its permission and who has it."
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        self.stdout.write(authorization_table(), ending="")
