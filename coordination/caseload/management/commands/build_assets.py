"""Make the icon sprite and the web fonts under static/build."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from coordination.caseload.assets import build


class Command(BaseCommand):
    help = "Make the icon sprite and the web fonts under static/build; a second run changes nothing"
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        written = build(settings.BASE_DIR / "static" / "build")
        self.stdout.write(_("%(count)s files made.") % {"count": len(written)})
