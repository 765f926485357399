"""Turns what DRF raises into problem+json; refusals and 404 are the Guard's, as for pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from coordination.access.problems import CONTENT_TYPE, problem_body
from coordination.records import Refused


class NeedsVersion(exceptions.APIException):
    """A change came without the version it was made from."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = _("Send If-Match with the ETag you read, so that nobody's change is lost.")


class Stale(exceptions.APIException):
    """A change was made from a version that stands no more."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = _("Somebody changed this since you read it. Read it again, then decide.")


class NeedsKey(exceptions.APIException):
    """A POST came without its key."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = _("Send an Idempotency-Key of your own, such as a UUID, with every POST.")


class TooLarge(exceptions.APIException):
    """A body of more than a mebibyte."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("This is too large; the most is 1 MiB.")


def answer_problem(raised: Exception, _context: dict[str, Any]) -> Response | None:
    """Return the answer to what a view raised. None: it goes on to the Guard."""
    if isinstance(raised, Refused) or not isinstance(raised, exceptions.APIException):
        return None
    errors: Any = None
    sentence = str(raised.detail)
    if isinstance(raised, exceptions.ValidationError):
        errors, sentence = fields(raised.detail), _("Some fields are not right; each says why.")
    headers = {}
    if isinstance(raised, exceptions.Throttled):
        headers["Retry-After"] = str(int(getattr(raised, "wait", None) or 1))
        sentence = _("Too many requests in this minute. Wait for the next one.")
    return Response(
        problem_body(raised.status_code, sentence, errors),
        status=raised.status_code, headers=headers, content_type=CONTENT_TYPE,
    )  # fmt: skip


def fields(detail: Any) -> dict[str, Any]:
    """Return field name to sentences; what belongs to no field stands under ""."""
    found = detail if isinstance(detail, dict) else {"": detail}
    return {("" if name == "non_field_errors" else str(name)): said for name, said in found.items()}
