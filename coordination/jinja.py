"""The Jinja2 environment of our own pages, and the form renderer that knows both engines."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.messages import get_messages
from django.db.models import Model
from django.forms.renderers import Jinja2, TemplatesSetting
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined

from coordination import frame, keys, nav, words

HTMX = json.dumps(
    {
        "allowEval": False,
        "allowScriptTags": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
        # a form is htmx's from the moment it is seen: saved in between, it would leave the page
        "defaultSettleDelay": 0,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "historyRestoreAsHxRequest": False,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "401|403|409|422|503", "swap": True},
            {"code": "[45]..", "swap": False, "error": True},
        ],
    }
)


def environment(**options: Any) -> Environment:
    """Return the environment: autoescape on, undefined names raise, gettext installed."""
    env = Environment(  # noqa: S701  Django passes autoescape=True
        **{
            **options,
            "undefined": StrictUndefined,
            "extensions": ["jinja2.ext.i18n"],
            "trim_blocks": True,
            "lstrip_blocks": True,
        }
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        said,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals.update(
        static=cache(static),
        url=url,
        get_messages=get_messages,
        htmx_script=htmx_script,
        htmx_config=HTMX,
        nav_for=nav.nav_for,
        new_for=nav.new_for,
        bar_for=nav.bar_for,
        home_of=nav.home_of,
        help_desk=nav.help_desk,
        frame_part=frame.frame_part,
        address=nav.address,
        due_words=words.due_words,
        late_words=words.late_words,
        left_words=words.left_words,
        when_words=words.when_words,
        time_words=words.time_words,
        clock_words=words.clock_words,
        day_words=words.day_words,
        today_words=words.today_words,
        moment_words=words.moment_words,
        full_words=words.full_words,
        age_words=words.age_words,
        span_words=words.span_words,
        standing=standing,
        key_words=keys.key_words,
        key_map=keys.key_map,
        choice_words=keys.choice_words,
    )
    return env


def said(text: str) -> str:
    """Return a text in the active language. A page says a hundred, the same each time."""
    return _said(text, translation.get_language())


@lru_cache(4096)
def _said(text: str, _language: str | None) -> str:
    return translation.gettext(text)


def url(name: str, **rest: Any) -> str:
    """Return the address of a view; one that names no record is looked up once."""
    return reverse(name, **rest) if rest else _fixed_url(name)


_fixed_url = cache(reverse)


HIDDEN = {"id", "public_id", "organization", "created_at", "version"}


def standing(record: Model, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Return the fields of a record as they stand now: their plain names and values.

    For the page that tells somebody their version is old: those the record names in STANDING, else
    all. Foreign keys are left out: a number says nothing, and reading the row behind it would be
    one more statement for each.
    """
    found = []
    wanted = getattr(record, "STANDING", ())
    for column in record._meta.concrete_fields:
        if wanted and column.name not in wanted:
            continue
        value = getattr(record, column.attname)
        if column.name in HIDDEN or column.is_relation or value in (None, "", [], {}):
            continue
        choices = dict(column.flatchoices)
        shown = choices.get(value, value) if choices else value  # a JSON value cannot be a key
        if isinstance(value, datetime):
            shown = words.full_words(value, zone)
        found.append((str(column.verbose_name).capitalize(), str(shown)))
    return found


class Renderer(TemplatesSetting):
    """Draws form fields with our `_field.html`, and Django's own widgets with the stock engine."""

    field_template_name = "_field.html"
    stock = Jinja2()

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("django/forms/"):
            return self.stock.get_template(template_name)
        return super().get_template(template_name)
