"""What no template may hold (trust.md 8), read from the files themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from coordination.caseload.assets import ICONS

FOLDER = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
JINJA = [path for path in TEMPLATES if "django" not in path.relative_to(FOLDER).parts]
SOURCES = [p for room in ("coordination", "patients") for p in Path(room).rglob("*.py")]

FORBIDDEN = {
    "an event handler in the markup": r"\s(?:hx-on[\w:-]*|on[a-z]+)\s*=",
    "a style attribute": r"\sstyle\s*=",
    "a style element": r"<style",
    "an inline script": r"<script(?![^>]*\bsrc=)",
    "a script without a nonce": r"<script(?![^>]*\bnonce=)",
    "a script address": r"(?:javascript|js):",
    "a text that is not escaped": r"\|\s*safe\b|autoescape\s+(?:false|off)",
    "an htmx extension": r"hx-ext",
    "an address outside": r"""(?:src|href|action|hx-\w+)=["'](?:https?:)?//""",
}


def name(path: Path) -> str:
    return str(path.relative_to(FOLDER))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_holds_nothing_that_runs_or_comes_from_elsewhere(path: Path) -> None:
    text = path.read_text()
    found = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)]
    assert found == []


@pytest.mark.parametrize("path", JINJA, ids=name)
def test_a_template_marks_its_texts_so_that_they_can_be_found(path: Path) -> None:
    assert not re.search(r"{%-?\s*trans\b", path.read_text())


@pytest.mark.parametrize("path", JINJA, ids=name)
def test_an_icon_that_a_template_names_is_in_the_sprite(path: Path) -> None:
    named = set(re.findall(r"""\bicon\("([a-z0-9-]+)\"""", path.read_text()))
    assert named <= set(ICONS)


@pytest.mark.parametrize("path", JINJA, ids=name)
def test_a_title_never_names_a_patient(path: Path) -> None:
    title = re.search(r"{% block title %}(.*?){% endblock %}", path.read_text(), re.DOTALL)
    shown = re.findall(r"{{\s*(.*?)\s*}}", title[1]) if title else []
    read = " ".join(re.sub(r'"[^"]*"', "", said) for said in shown)
    assert not re.search(r"patient|name|family|given|mrn|born", read)


def test_markup_is_made_by_templates_only() -> None:
    makers = [str(p) for p in SOURCES if re.search(r"mark_safe|\bMarkup\(", p.read_text())]
    assert makers == []


def test_the_patterns_would_find_what_they_are_for() -> None:
    bad = {
        "an event handler in the markup": '<b onclick="x">',
        "a style attribute": '<b style="x">',
        "a style element": "<style>",
        "an inline script": "<script>x</script>",
        "a script without a nonce": '<script src="x"></script>',
        "a script address": '<a href="javascript:x">',
        "a text that is not escaped": "{{ x|safe }}",
        "an htmx extension": '<b hx-ext="x">',
        "an address outside": '<a href="https://example.org">',
    }
    assert {what for what, text in bad.items() if re.search(FORBIDDEN[what], text)} == set(
        FORBIDDEN
    )
