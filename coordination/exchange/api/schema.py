"""Describes the API from the views themselves."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from coordination.exchange.api.base import (
    ActView,
    ChangeView,
    ListView,
    PageOptions,
)
from coordination.exchange.api.paging import orders

WORDS = {"GET": "read", "PATCH": "change", "POST": "create"}


class Problem(serializers.Serializer[Any]):
    """Why not (RFC 9457). errors: field name to sentences."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(required=False)  # type: ignore[assignment]


class SignIn(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How one says who one is."""

    target_class = "coordination.exchange.api.callers.AsTheGuardSays"
    name = ["token", "session"]

    def get_security_definition(self, auto_schema: Any) -> Any:  # noqa: ARG002
        """Describe both ways."""
        return [
            {"type": "http", "scheme": "bearer"},
            {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        ]


class Described(AutoSchema):
    """Reads a view's own body, shape, filters and orders."""

    view: Any

    def get_operation_id(self) -> str:
        """Return "tasks-complete": the address and what is done there."""
        match = str(self.path).strip("/").removeprefix("api/").split("/")
        parts = [part for part in match if "{" not in part]
        if len(match) == len(parts) or self.method == "PATCH":
            word = "list" if self.lists() else WORDS[self.method]
            parts.append(word)
        elif self.method == "GET":
            parts.append("read")
        return "-".join(parts)

    def get_tags(self) -> list[str]:
        """Return the resource."""
        return [str(self.path).strip("/").removeprefix("api/").split("/")[0]]

    def lists(self) -> bool:
        """Say whether the answer is a page of a list."""
        return self.method == "GET" and isinstance(self.view, ListView)

    def _is_list_view(self, serializer: Any = None) -> bool:  # noqa: ARG002
        return False

    def get_request_serializer(self) -> Any:
        """Return the body; PATCH needs none of its fields."""
        if self.method == "GET" or not hasattr(self.view, "body"):
            return None
        return self.view.body(partial=self.method == "PATCH")

    def get_response_serializers(self) -> Any:
        """Return what it shows, and every way it says no."""
        shape: Any = getattr(self.view, "shape", None)
        if shape is None:
            return None
        is_page = self.lists() or getattr(self.view, "counted_as", None)
        fine: Any = shape
        if is_page:
            fine = inline_serializer(
                f"{shape.__name__}Page",
                {
                    "results": shape(many=True),
                    "next": serializers.CharField(allow_null=True),
                },
            )
        files = getattr(self.view, "hands_out", ())
        is_new = self.method == "POST" and isinstance(self.view, ListView)
        refusals = [400, 401, 403, 404, 406, 409, 429]
        if self.method != "GET":
            refusals += [412, 413, 415, 422, 428]
        kind = "application/problem+json"
        good: dict[Any, Any] = {("201" if is_new else "200"): fine}
        if files:
            good = {("200", one): OpenApiTypes.BINARY for one in files}
        return good | {(str(status), kind): Problem for status in sorted(refusals)}

    def get_override_parameters(self) -> list[Any]:
        """Return the filters, the orders, and the headers a write needs."""
        if self.lists():
            options = PageOptions()
            options.fields["sort"] = serializers.ChoiceField(
                choices=orders(self.view.sorts), required=False
            )
            found = [*options.fields.items(), *self.view.filters().fields.items()]
            return [self.parameter(name, field) for name, field in found]
        said = []
        if self.method != "GET" and isinstance(self.view, ActView | ChangeView):
            said.append(header("If-Match", "The ETag that was read.", '"1"', r'^"[0-9]{1,9}"$'))
        if self.method == "POST" and not getattr(self.view, "counted_as", None):
            text = "A key of your own, such as a UUID: sent again, it is done once."
            said.append(header("Idempotency-Key", text, "", "^[0-9a-zA-Z-]{8,80}$"))
        return said

    def parameter(self, name: str, field: Any) -> OpenApiParameter:
        """Return one query parameter."""
        schema = self._map_serializer_field(field, "request")  # type: ignore[no-untyped-call]
        return OpenApiParameter(name, schema, "query", required=False)


def header(name: str, text: str, _example: str, pattern: str) -> OpenApiParameter:
    """Return a header that is needed."""
    schema = {"type": "string", "pattern": pattern}
    return OpenApiParameter(name, schema, "header", required=True, description=text)
