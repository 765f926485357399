"""Every address of the service with the mark of its view, for tests and the generated table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from coordination.access.markers import Access
from coordination.access.middleware import access_of


@dataclass(frozen=True)
class Address:
    """One URL pattern: its route, its reversible name, its view, and what the view asks for."""

    route: str
    name: str
    view: Callable[..., Any]
    mark: Access | None
    parameters: tuple[str, ...]


def every_address(urlconf: str | None = None) -> list[Address]:
    """Return every URL pattern of the service in the order it is tried."""
    return list(_walk(get_resolver(urlconf).url_patterns, "/", ""))


def _walk(
    patterns: Sequence[URLPattern | URLResolver], route: str, namespace: str
) -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, (namespace, pattern.namespace)))
            yield from _walk(pattern.url_patterns, here, inner)
        else:
            yield Address(
                route=here,
                name=":".join(filter(None, (namespace, pattern.name or ""))),
                view=pattern.callback,
                mark=access_of(pattern.callback),
                parameters=tuple(parameters(pattern)),
            )


def parameters(pattern: URLPattern) -> list[str]:
    """Return the names of a pattern's parameters; unnamed groups have none."""
    found: Any = pattern.pattern
    return list(found.converters) or list(found.regex.groupindex)
