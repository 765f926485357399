"""The paper of two charts that become one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from patients.joining import Table

TABLES = (
    Table(model="paperwork.Document", what=gettext_lazy("documents")),
    Table(model="paperwork.Dispatch", what=gettext_lazy("papers sent out")),
    Table(model="paperwork.Signature", what=gettext_lazy("signatures asked for")),
)
