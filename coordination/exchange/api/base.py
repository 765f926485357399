"""What every resource of the API shares: one list, one record, one act."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from coordination.access.actor import Actor
from coordination.access.markers import Access
from coordination.exchange.api.answers import Answer, answer_once, fingerprint
from coordination.exchange.api.errors import NeedsKey, NeedsVersion, Stale, TooLarge
from coordination.exchange.api.fields import Body
from coordination.exchange.api.paging import MOST, USUAL, Sort, orders, page_of
from coordination.records import Record, StaleRecord

LARGEST = 1024 * 1024
KEY = re.compile(r"[\x21-\x7e]{8,80}")
ETAG = re.compile(r'"([0-9]{1,9})"')
PAGING = ("after", "limit", "sort")


class Door(APIView):
    """Base of all: a mark, and nothing DRF would leave open."""

    access: ClassVar[Access]

    @classmethod
    def door(cls) -> Callable[..., Any]:
        """Return the view with the sign-in and the forgery check DRF would switch off."""
        view: Any = cls.as_view()
        view.login_required, view.csrf_exempt = True, False
        return view  # type: ignore[no-any-return]

    @property
    def actor(self) -> Actor:
        """Return who asks."""
        return self.request.actor  # type: ignore[no-any-return,attr-defined]


class Resource(Door):
    """One kind of record. rows: its door; shape: how it is shown; model: its class."""

    shape: ClassVar[type[serializers.Serializer[Any]]]
    now: datetime

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Read the clock once for the whole request."""
        self.now = timezone.now()
        super().initial(request, *args, **kwargs)

    def rows(self) -> QuerySet[Any]:
        """Return the records in the actor's scope, with what `shape` reads."""
        raise NotImplementedError

    def open(self, public_id: UUID) -> Any:
        """Return one record, its patient noted as shown. Raises DoesNotExist. 1 statement."""
        record = self.rows().get(public_id=public_id)
        self.actor.shown.add(self.patient_of(record))
        return record

    def patient_of(self, record: Any) -> int:
        """Return the pk of the patient a record is about."""
        return int(record.patient_id)

    def one(self, record: Any, status: int = 200, at: str = "") -> Answer:
        """Return the answer that shows one record. at: its address, if it is new."""
        headers = {"ETag": f'"{record.version}"'} | ({"Location": at} if at else {})
        return Answer(status, self.shape(record).data, headers)


class ListView(Resource):
    """A list: filters and orders from lists of what is allowed, pages by key."""

    filters: ClassVar[type[Body]]
    sorts: ClassVar[Mapping[str, Sort]]

    def get(self, request: Any) -> Response:
        """Return one page."""
        wanted = {name: request.query_params[name] for name in request.query_params}
        options = PageOptions(data={k: v for k, v in wanted.items() if k in PAGING})
        options.fields["sort"] = serializers.ChoiceField(
            choices=orders(self.sorts), default=next(iter(self.sorts))
        )
        found = self.filters(data={k: v for k, v in wanted.items() if k not in PAGING})
        wrong: dict[str, Any] = {}
        for part in (options, found):
            if not part.is_valid():
                wrong.update(part.errors)
        if wrong:
            raise serializers.ValidationError(wrong)
        how = options.validated_data
        rows, after = page_of(
            self.narrowed(self.rows(), found.validated_data),
            self.sorts[how["sort"].lstrip("-")],
            down=how["sort"].startswith("-"), size=how["limit"], after=how["after"],
        )  # fmt: skip
        self.actor.shown.update(self.patient_of(row) for row in rows)
        following = f"{request.path}?{urlencode({**wanted, 'after': after})}" if after else None
        return Response({"results": self.shape(rows, many=True).data, "next": following})

    def narrowed(self, rows: QuerySet[Any], wanted: Mapping[str, Any]) -> QuerySet[Any]:
        """Return the rows the filters leave. wanted: filter name to value."""
        raise NotImplementedError


class PageOptions(Body):
    """Which page of a list, how long, in which order."""

    after = serializers.CharField(default="", allow_blank=True)
    limit = serializers.IntegerField(default=USUAL, min_value=1, max_value=MOST)
    sort = serializers.CharField(required=False)


class Writes(Resource):
    """What a view that changes something needs: the body, the version, the key."""

    body: ClassVar[type[Body]]

    def sent(self, *, partial: bool = False) -> dict[str, Any]:
        """Return the checked body. Raises ValidationError, ParseError or UnsupportedMediaType."""
        body = self.body(data=json_of(self.request), partial=partial)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def version(self) -> int:
        """Return the version that If-Match names. Raises NeedsVersion or Stale."""
        text = self.request.headers.get("If-Match", "").strip()
        if not text:
            raise NeedsVersion
        found = ETAG.fullmatch(text)
        if found is None:
            raise Stale
        return int(found[1])

    def key(self) -> str:
        """Return the Idempotency-Key. Raises NeedsKey."""
        text = self.request.headers.get("Idempotency-Key", "").strip()
        if not KEY.fullmatch(text):
            raise NeedsKey
        return text

    def once(self, act: Callable[[], Answer]) -> Response:
        """Answer a POST: what `act` does is done once for each key."""
        request: Any = self.request
        key = self.key()
        raw = raw_of(request)
        match = request.headers.get("If-Match", "")
        mark = fingerprint(request.method or "", request.path, match, raw)
        with fresh():
            given = answer_once(self.actor, key, mark, self.now, act)
        return respond(given)


class DetailView(Resource):
    """One record, with its ETag."""

    def get(self, request: Any, public_id: UUID) -> Response:  # noqa: ARG002
        """Return the record."""
        return respond(self.one(self.open(public_id)))


class ChangeView(DetailView, Writes):
    """One record that may be changed: PATCH names the fields that become others."""

    def patch(self, request: Any, public_id: UUID) -> Response:  # noqa: ARG002
        """Change what is sent, and leave the rest."""
        record = self.open(public_id)
        version = self.version()
        if record.version != version:
            raise Stale
        sent = self.sent(partial=True)
        with fresh():
            self.change(record, version, sent)
        return respond(self.one(self.open(public_id)))

    def change(self, record: Any, version: int, sent: dict[str, Any]) -> None:
        """Call the one action."""
        raise NotImplementedError


class ActView(Writes):
    """One act on one record: a POST with the version it was decided on."""

    def post(self, request: Any, public_id: UUID) -> Response:  # noqa: ARG002
        """Do it once, and return the record as it stands then."""
        record = self.open(public_id)
        version = self.version()

        def act() -> Answer:
            self.act(record, version, self.sent())
            return self.one(self.open(self.then(record)))

        return self.once(act)

    def act(self, record: Any, version: int, sent: dict[str, Any]) -> None:
        """Call the one action."""
        raise NotImplementedError

    def then(self, record: Any) -> UUID:
        """Return which record is shown afterwards; a clock that moved has a new version."""
        return record.public_id  # type: ignore[no-any-return]


class CreateView(Writes):
    """Makes a record."""

    def post(self, request: Any) -> Response:  # noqa: ARG002
        """Make it once, and return it with its address."""

        def act() -> Answer:
            made = self.make(self.sent())
            at = f"{self.request.path}{made.public_id}/"
            return self.one(self.open(made.public_id), 201, at)

        return self.once(act)

    def make(self, sent: dict[str, Any]) -> Record:
        """Call the one action."""
        raise NotImplementedError


@contextmanager
def fresh() -> Iterator[None]:
    """Turn the pages' conflict into the API's 412."""
    try:
        yield
    except StaleRecord as stale:
        raise Stale from stale


def respond(given: Answer) -> Response:
    """Return the HTTP response of an answer."""
    return Response(given.body, status=given.status, headers=given.headers)


def raw_of(request: Any) -> bytes:
    """Return the bytes of a JSON body. Raises UnsupportedMediaType or TooLarge."""
    kind = request.content_type.partition(";")[0].strip().lower()
    if kind != "application/json":
        raise exceptions.UnsupportedMediaType(kind)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise TooLarge
    return bytes(request._request.body)


def json_of(request: Any) -> Any:
    """Return the JSON of a body. Raises ParseError with a sentence."""
    try:
        return json.loads(raw_of(request).decode("utf-8"), parse_constant=no_constant)
    except (ValueError, RecursionError) as unreadable:
        raise exceptions.ParseError(_("This is no JSON that can be read.")) from unreadable


def no_constant(name: str) -> Any:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError(name)


def reference(rows: QuerySet[Any], public_id: UUID | None, name: str) -> Any:
    """Return the row an id in a body names. Not yours and not there say the same (A3)."""
    if public_id is None:
        return None
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise serializers.ValidationError({name: [_("Nothing you may see has this id.")]})
    return found
