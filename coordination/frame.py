"""What stands around every page: drawn once for each way it can look, not once a request.

The side navigation, the head and the foot depend on a handful of values and hold no patient. They
are drawn from those values alone, so that what is kept can never show more than they say; the two
things that differ each time, the token of its forms and the path to come back to, are put in last.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.translation import get_language
from markupsafe import Markup

from coordination import nav
from coordination.keys import GROUPS, Keys, keys_of

KEPT = 1024
TOKEN_PLACE, PATH_PLACE = "frame-token-goes-here", "frame-path-goes-here"
TOKEN_FIELD = format_html(
    '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', TOKEN_PLACE
)


class Frame(NamedTuple):
    """Everything the frame of a page shows. section: the address of the part one is in."""

    language: str | None
    section: str
    name: str
    credential: str
    initials: str
    theme: str
    keys_on: bool
    keys: Keys
    start_page: str
    duty: str
    permissions: frozenset[str]

    def may(self, permission: str) -> bool:
        """Say whether the person may do this, as far as what to offer goes."""
        return permission in self.permissions


def frame_part(name: str, request: Any, token: object) -> Markup:
    """Return one part of the frame for this request. token: its CSRF token."""
    kept = _drawn(name, frame_of(request))
    # replace() of a Markup escapes what it puts in
    return kept.replace(TOKEN_PLACE, str(token)).replace(PATH_PLACE, request.path)


def frame_of(request: Any) -> Frame:
    """Return what the frame of this signed-in person's page shows."""
    actor, user = request.actor, request.actor.user
    return Frame(
        language=get_language(),
        section=nav.section_of(request.path),
        name=user.display_name,
        credential=user.credential,
        initials=user.initials,
        theme=user.theme,
        keys_on=user.keys_on,
        keys=keys_of(user.keys_map, tuple(user.keys_own)),
        start_page=user.start_page,
        duty=actor.duty_words() if actor.duty else "",
        permissions=actor.permissions,
    )


@lru_cache(KEPT)
def _drawn(name: str, frame: Frame) -> Markup:
    template: Any = get_template(name)
    values = {
        "frame": frame, "theme": frame.theme, "keys_on": frame.keys_on, "path": PATH_PLACE,
        "csrf_input": TOKEN_FIELD, "groups": GROUPS,
    }  # fmt: skip
    drawn: Markup = template.template.make_module(values).__html__()
    return drawn
