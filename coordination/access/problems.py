"""How the API says no: problem+json (RFC 9457) with the sentences of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

API = "/api/"
CONTENT_TYPE = "application/problem+json"


def is_api(request: HttpRequest) -> bool:
    """Say whether a program asks, and not a person's browser for a page."""
    return request.path_info.startswith(API)


def problem_body(
    status: int, sentence: str, errors: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Return the body of a problem. errors: field name to sentences, where fields are wrong."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": sentence,
    }
    return body | ({"errors": errors} if errors else {})


def problem(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return the answer of a problem."""
    return JsonResponse(
        problem_body(status, sentence), status=status, content_type=CONTENT_TYPE, headers=headers
    )


def not_signed_in() -> HttpResponse:
    """Answer whoever did not say who they are."""
    sentence = _("Sign in, or send a token that is in force.")
    return problem(HTTPStatus.UNAUTHORIZED, sentence, {"WWW-Authenticate": "Bearer"})


def not_there() -> HttpResponse:
    """Answer for what is not there and for what is not yours: the same (trust.md D6)."""
    return problem(HTTPStatus.NOT_FOUND, _("There is nothing here that you may see."))
