"""The one door where paper is made: a template of ours becomes a PDF.

Nothing is fetched: a page that names an address, a file or a picture from outside does not get it.
Its type is our own, and the same words make the same bytes, so that a hash means something. The
file is tagged, for people who listen to it (PDF/UA).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string

from coordination.ground.checks import Check
from coordination.paperwork.rules import PDF
from coordination.paperwork.store import Looked

MOST_PAGES = 60
TAGGED = "pdf/ua-1"
FACE = "our-own:"  # the only address a sheet may name, followed by the face
FACES = ("Regular", "Bold")


class TooLong(ValueError):
    """What was to be printed has more pages than a sheet of ours ever needs."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF that was made: its bytes and how many pages they are."""

    content: bytes
    pages: int

    def looked(self, name: str) -> Looked:
        """Return it as what `receive_document` takes. name: the name it is saved under."""
        digest = hashlib.sha256(self.content).hexdigest()
        return Looked(io.BytesIO(self.content), PDF, len(self.content), digest, name)


def printed(template: str, context: Mapping[str, Any], most_pages: int = MOST_PAGES) -> Printed:
    """Return a template as PDF. It extends `print/sheet.html`; about a quarter of a second a page.

    Belongs in a worker, whose job has a time limit. Raises ImproperlyConfigured with what to do
    where the machine cannot make PDFs, and TooLong.
    """
    engine = library()
    html = render_to_string(template, dict(context), using="jinja2")
    fonts, fetcher = engine.text.fonts.FontConfiguration(), own_fonts_only(engine)
    style = engine.CSS(string=sheet_style(), url_fetcher=fetcher, font_config=fonts)
    page = engine.HTML(string=html, url_fetcher=fetcher, base_url="")
    made = page.render(font_config=fonts, stylesheets=[style], pdf_variant=TAGGED)
    if len(made.pages) > most_pages:
        raise TooLong(f"{len(made.pages)} pages, {most_pages} at most")
    return Printed(made.write_pdf(pdf_variant=TAGGED), len(made.pages))


def library() -> Any:
    """Return WeasyPrint. Raises ImproperlyConfigured where its system libraries are missing.

    Imported when first needed: it takes 0.7 s and 40 MB that a web process has no use for.
    """
    try:
        import weasyprint
    except OSError as missing:
        raise ImproperlyConfigured(
            "PDFs cannot be made here: the system's text libraries are missing (Debian: apt "
            "install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)."
        ) from missing
    return weasyprint


def pdf_check() -> Check:
    """Ask whether this machine can make PDFs, for `doctor`."""
    try:
        found = f"WeasyPrint {library().__version__}"
    except ImproperlyConfigured as missing:
        return Check("pdf", ok=False, seen="not possible", advice=str(missing), is_vital=False)
    return Check("pdf", ok=True, seen=found, is_vital=False)


@cache
def own_fonts_only(engine: Any) -> Any:
    """Return what answers each address a sheet names: our two faces of type, and nothing else."""

    class OwnFontsOnly(engine.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            face = url.removeprefix(FACE)
            if not url.startswith(FACE) or face not in FACES:
                raise ValueError("A sheet fetches nothing.")
            font = files("fontpkg_atkinson_hyperlegible").joinpath(
                "files", f"AtkinsonHyperlegible-{face}.ttf"
            )
            return engine.urls.URLFetcherResponse(
                url, font.read_bytes(), {"Content-Type": "font/ttf"}
            )

    return OwnFontsOnly()


@cache
def sheet_style() -> str:
    """Return the style of every sheet; read from the source, so it needs no collected files."""
    return (settings.BASE_DIR / "static" / "css" / "sheet.css").read_text()
