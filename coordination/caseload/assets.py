"""Makes what the pages need and no repository should hold: the icon sprite and the web fonts."""

from __future__ import annotations

import io
import re
import zipfile
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont

# Add the Lucide name of an icon here before a template uses it (a test compares).
ICONS = """
alarm-clock archive arrow-left arrow-right arrow-right-left ban bed bell bell-ring book-open
bookmark building-2 calendar calendar-clock calendar-days calendar-plus car chart-column check
chevron-down chevron-left chevron-right chevron-up circle circle-alert circle-check circle-dashed
circle-dot circle-pause circle-question-mark circle-slash circle-user circle-x clipboard-check
clipboard-list clock clock-alert columns-3 copy diamond door-open download ellipsis eye eye-off
file-check file-text flag folder-input footprints funnel hand-helping heart-pulse history
hourglass house inbox info keyboard languages link list-checks list-plus list-todo lock log-out
mail map-pin megaphone menu message-square messages-square monitor moon notebook-pen octagon-alert
package pause pencil phone phone-call phone-forwarded phone-incoming phone-missed phone-off
phone-outgoing pill play plus printer refresh-cw repeat reply rotate-ccw scale search send
settings shield shield-alert shield-check shield-x skip-forward square-check stethoscope sun
syringe tag trash-2 triangle-alert undo-2 upload user user-check user-round user-round-plus user-x
users voicemail volume-x wifi-off wrench x
""".split()  # noqa: SIM905
FACES = {"regular": "Regular", "bold": "Bold"}


def sprite(names: list[str]) -> str:
    """Return one SVG of symbols, one for each Lucide name. Raises KeyError for an unknown one."""
    out = ['<svg xmlns="http://www.w3.org/2000/svg">']
    with zipfile.ZipFile(
        io.BytesIO(files("lucide").joinpath("lucide.zip").read_bytes())
    ) as archive:
        for name in names:
            drawing = archive.read(f"{name}.svg").decode()
            inner = re.sub(
                r"\s+", " ", re.sub(r"(?s)^.*?<svg[^>]*>|</svg>.*$", "", drawing)
            ).strip()
            out.append(
                f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
                f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
            )
    return "".join([*out, "</svg>\n"])


def web_font(face: str) -> bytes:
    """Return one face of Atkinson Hyperlegible as WOFF2."""
    source = files("fontpkg_atkinson_hyperlegible").joinpath(
        "files", f"AtkinsonHyperlegible-{face}.ttf"
    )
    font = TTFont(io.BytesIO(source.read_bytes()))
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def build(folder: Path) -> list[Path]:
    """Write what is missing or has changed under `folder`; return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    icons = folder / "icons.svg"
    drawing = sprite(sorted(ICONS))
    if not icons.exists() or icons.read_text() != drawing:
        icons.write_text(drawing)
        written.append(icons)
    for name, face in FACES.items():
        font = folder / f"atkinson-{name}.woff2"
        if not font.exists():
            font.write_bytes(web_font(face))
            written.append(font)
    return written
