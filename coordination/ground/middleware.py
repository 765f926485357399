"""Who calls, and one log line per request."""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase

log = logging.getLogger("coordination.request")

Respond = Callable[[HttpRequest], HttpResponseBase]
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


class ClientAddress:
    """Sets REMOTE_ADDR to the caller's own address, believing only the configured proxies.

    Without TRUSTED_PROXIES no forwarding header counts; a forged one is dropped.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        self.trusted = [ipaddress.ip_network(text) for text in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        peer: str = request.META.get("REMOTE_ADDR", "")
        if self.is_trusted(peer):
            request.META["REMOTE_ADDR"] = self.client(request, peer)
        else:
            for header in FORWARDED:
                request.META.pop(header, None)
        return self.get_response(request)

    def client(self, request: HttpRequest, peer: str) -> str:
        """Return the last address of the chain that no trusted proxy owns."""
        chain: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
        for part in reversed([text.strip() for text in chain.split(",")]):
            if not is_address(part):
                return peer
            if not self.is_trusted(part):
                return part
            peer = part
        return peer

    def is_trusted(self, address: str) -> bool:
        return is_address(address) and any(
            ipaddress.ip_address(address) in network for network in self.trusted
        )


def is_address(text: str) -> bool:
    """Tell whether a text is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class RequestLog:
    """Writes one line per request: ids, status, time and statements; never a path."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        statements = 0

        def count(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  Django's signature
            nonlocal statements
            statements += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            response = self.get_response(request)
        actor = getattr(request, "actor", None)
        log.info(
            "request",
            extra={
                "request_id": getattr(actor, "request_id", None),
                "user_id": getattr(actor, "user_id", None),
                "view": getattr(actor, "view", None),
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000, 1),
                "queries": statements,
            },
        )
        if settings.DEBUG:
            response["X-Query-Count"] = str(statements)
        return response
