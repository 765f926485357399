"""For whoever watches the service: does it live, and can it work? No details to strangers."""

from __future__ import annotations

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination.access.markers import public
from coordination.access.problems import is_api, problem
from coordination.ground import checks

RETRY_SECONDS = "10"


@public("asked by load balancers; says only that the process lives")
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer while the process lives, whatever else is down."""
    return HttpResponse("alive\n", content_type="text/plain")


@public("asked by load balancers; says yes or no, never why")
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether the service can work: database, migrations, worker, disk."""
    ready = all(check.ok for check in checks.run(settings.HEALTH_CHECKS) if check.is_vital)
    response = HttpResponse(
        "ready\n" if ready else "not ready; `manage.py doctor` says why\n",
        content_type="text/plain",
        status=200 if ready else 503,
    )
    response["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that broke: 503 when the database is away or full, else 500.

    Both pages stand alone: what broke may be what the common frame needs.
    """
    away = isinstance(sys.exception(), OperationalError | InterfaceError)
    if is_api(request):
        sentence = _("This does not work at the moment. Try again soon.")
        retry = {"Retry-After": RETRY_SECONDS} if away else None
        return problem(503 if away else 500, sentence, retry)
    if away:
        response = render(request, "unavailable.html", status=503)
        response["Retry-After"] = RETRY_SECONDS
        return response
    return render(request, "500.html", status=500)
