"""The numbers in the frame of every page: polled, they show no patient and leave no read row."""

from __future__ import annotations

import json
from hashlib import md5

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.caseload import queries
from coordination.nav import address_with


@access(background=True)
@require_safe
def shell(request: StaffRequest) -> HttpResponse:
    """Give the frame's numbers, or nothing when `seen` says they have not changed."""
    numbers = queries.shell_numbers(request.actor, timezone.now())
    *counts, views = numbers
    mark = md5(views.encode(), usedforsecurity=False).hexdigest()[:8]
    stamp = "-".join(str(one) for one in (*counts, mark))
    if request.GET.get("seen") == stamp:
        return HttpResponse(status=204)
    context = {"numbers": numbers, "stamp": stamp, "views": links_of(views)}
    return render(request, "caseload/_shell.html", context)


def links_of(views: str) -> list[tuple[str, str, bool]]:
    """Return the saved views as the frame lists them: name, address, whether a team shares it."""
    return [
        (name, there, is_shared)
        for name, page, query, is_shared in json.loads(views)
        if (there := address_with(page, query))
    ]
