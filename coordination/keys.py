"""The keyboard map: what each shortcut does, what is pressed for it, and how that is shown.

A page names a shortcut by its own key (data-key="L"). What a person presses for it is theirs to
choose (WCAG 2.1.4): another letter, or Alt and Shift with it. The map of the person who asked
holds while the answer is made, as the language does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Key(NamedTuple):
    """One shortcut. code: its own key; shown: how that is written; movable: to another letter."""

    code: str
    what: str | Promise
    shown: str = ""
    movable: bool = True
    plain: bool = False  # pressed as it is by every map


GROUPS: tuple[tuple[str | Promise, tuple[Key, ...]], ...] = (
    (_("Find"), (
        Key("/", _("Find a patient or something to do (also Ctrl K)"), movable=False),
        Key("G", _("Go to a page: then C P O B R I, or X to lock")),
        Key("1", _("Show one group of work"), "1 – 5", movable=False),
        Key("F", _("Filter")),
        Key("?", _("Show this list"), movable=False),
    )),
    (_("In a list"), (
        Key("J", _("Next row")),
        Key("K", _("Previous row")),
        Key("Enter", _("Open the patient"), movable=False, plain=True),
        Key("Space", _("Look without leaving the list"), movable=False),
        Key("X", _("Choose the row, Shift X from the last one on")),
    )),
    (_("Do"), (
        Key("L", _("Log a call")),
        Key("D", _("Done")),
        Key("S", _("Move the due time")),
        Key("A", _("Assign")),
        Key("E", _("Escalate")),
        Key("T", _("New task")),
        Key("M", _("Move to another bed; more, on a task")),
        Key("W", _("How sick: stable, watcher, unstable")),
        Key("Y", _("Take it, in the queue; approve a request")),
        Key("R", _("Refuse a request")),
        Key("B", _("Ask a request back")),
        Key("C", _("New")),
        Key("P", _("Print")),
        Key("N", _("Jot a line down")),
        Key("U", _("Unfinished: forms and jots")),
        Key("Z", _("Undo; later, my last acts")),
    )),
    (_("In a form"), (
        Key("Ctrl Enter", _("Save and open the next"), movable=False, plain=True),
        Key("Esc", _("Close; the draft is kept"), movable=False, plain=True),
    )),
)  # fmt: skip
ALL = tuple(key for _head, keys in GROUPS for key in keys)
MOVABLE = tuple(key for key in ALL if key.movable)
PLAIN = frozenset(key.code for key in ALL if key.plain) | {"Ctrl K", "Ctrl ↵"}
# By chords `/` and `?` would be one: Alt Shift and the same key.
OF_CHORDS = {"?": "H"}


class Keys(NamedTuple):
    """What one person presses. chords: Alt and Shift with each; own: (shortcut, its letter)."""

    chords: bool = False
    own: tuple[tuple[str, str], ...] = ()

    def pressed(self, code: str) -> str:
        """Return the key pressed for a shortcut."""
        return self.moved().get(code, code)

    def moved(self) -> dict[str, str]:
        """Return what is pressed for each shortcut that is not on its own key."""
        return {**(OF_CHORDS if self.chords else {}), **dict(self.own)}

    def words(self, code: str, shown: str = "") -> str:
        """Return what a hint says: "L", "Alt Shift V"."""
        if code in PLAIN:
            return code
        key = self.moved().get(code) or shown or code
        return f"Alt Shift {key}" if self.chords else key

    def as_json(self) -> str:
        """Return the map for the page's script; "" for the usual one."""
        return _as_json(self)


USUAL = Keys()
_keys: ContextVar[Keys] = ContextVar("keys", default=USUAL)


@lru_cache(1024)
def _as_json(keys: Keys) -> str:
    if keys == USUAL:
        return ""
    return json.dumps({"chords": keys.chords, "moved": keys.moved()}, separators=(",", ":"))


@lru_cache(1024)
def keys_of(keys_map: str, own: tuple[str, ...]) -> Keys:
    """Return the map of a person as it is kept: own holds texts such as "D=V"."""
    pairs = (pair.partition("=") for pair in own)
    return Keys(keys_map == "chords", tuple((code, letter) for code, _sign, letter in pairs))


@contextmanager
def hints_of(keys: Keys) -> Iterator[None]:
    """Show the hints of what is made inside by this map."""
    before = _keys.set(keys)
    try:
        yield
    finally:
        _keys.reset(before)


def key_words(code: str, shown: str = "") -> str:
    """Return how a shortcut is written for whoever asked."""
    return _keys.get().words(code, shown)


def choice_words(key: object) -> str:
    """Return how the key of a choice in a form is written, which keeps its letter or number."""
    return f"Alt Shift {key}" if _keys.get().chords else str(key)


def key_map() -> str:
    """Return the map of whoever asked, for the page's script; "" for the usual one."""
    return _keys.get().as_json()


def taken(letters: Mapping[str, str], *, chords: bool) -> dict[str, Key]:
    """Return the shortcuts that cannot have their letter, each with the one that has it already.

    letters: what is pressed for each movable shortcut. Of two that want one letter, the one that
    was moved to it is refused.
    """
    standing = {key.code: key for key in ALL}
    others = (OF_CHORDS.get(key.code, key.code) if chords else key.code for key in ALL)
    held = {pressed: key for pressed, key in zip(others, ALL, strict=True) if not key.movable}
    held |= {str(number): standing["1"] for number in range(1, 6)}
    wished = sorted(letters.items(), key=lambda pair: pair[0] != pair[1])  # who stays comes first
    found: dict[str, Key] = {}
    for code, letter in wished:
        if letter in held:
            found[code] = held[letter]
        else:
            held[letter] = standing[code]
    return found


def kept(letters: Iterable[tuple[str, str]]) -> list[str]:
    """Return what is kept of a person's letters: those that were moved."""
    return [f"{code}={letter}" for code, letter in letters if code != letter]
