"""The outermost door: what cannot be read is turned away, and every answer carries its headers."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from coordination.access.problems import is_api, problem
from coordination.forms import REPLACEMENT


def is_readable(raw: bytes) -> bool:
    """Say whether percent-decoded bytes are UTF-8 without NUL; encoded surrogates are not UTF-8."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return False
    return "\0" not in text and REPLACEMENT not in text


def _too_large(request: HttpRequest) -> bool:
    """Say whether a form says itself that it carries more than any form here may."""
    said = request.META.get("CONTENT_LENGTH") or ""
    is_form = (request.content_type or "").startswith("multipart/")
    return is_form and said.isdecimal() and int(said[:19]) > settings.UPLOAD_BYTES


def _is_measured(request: HttpRequest) -> bool:
    """Say whether the length a body says it has is a number; Django reads it as one unasked."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return said.isascii() and said.isdigit()


class Edge:
    """Refuses addresses that nobody can have typed, and adds the headers of trust.md 8."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "").replace("+", " ")
        # Django percent-encodes again what it could not decode of a path.
        path = unquote_to_bytes(request.path_info)
        response: HttpResponseBase
        if _too_large(request):
            response = render(request, "413.html", status=413)
        elif _is_measured(request) and is_readable(unquote_to_bytes(query)) and is_readable(path):
            response = self.get_response(request)
        elif is_api(request):
            sentence = _("This holds a character that cannot be read. Please type it again.")
            response = problem(400, sentence)
        else:
            response = render(request, "400.html", status=400)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
        return response
