"""Readmission scores. A missing input makes a score incomplete (None), never zero (rules.md 3)."""

from dataclasses import dataclass

LACE = "lace-2010"
HOSPITAL_2013 = "hospital-2013"
HOSPITAL_2016 = "hospital-2016"


@dataclass(frozen=True, slots=True)
class Score:
    """A computed score: its version, points and band."""

    version: str
    points: int
    band: str


def lace(
    los: int | None, *, acute: bool | None, charlson: int | None, ed: int | None
) -> Score | None:
    """Return the LACE index, 0-19, high at 10 or more; None when an input is missing.

    los: whole days of the stay; acute: emergent admission; charlson: the index a person typed;
    ed: emergency visits in the six months before, this one excluded. Source: rules.md 3.1.
    """
    if los is None or acute is None or charlson is None or ed is None:
        return None
    length = next(points for limit, points in LACE_LENGTH if los >= limit)
    points = (
        length
        + (3 if acute else 0)
        + (5 if charlson >= 4 else charlson)
        + (4 if ed >= 4 else ed)
    )  # fmt: skip
    return Score(LACE, points, "high" if points >= 10 else "not-high")


LACE_LENGTH = ((14, 7), (7, 5), (4, 4), (3, 3), (2, 2), (1, 1), (0, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalInputs:
    """What the HOSPITAL score is made of; None where it is not known.

    hemoglobin in g/dL and sodium in mmol/L at discharge; admissions in the 12 months before;
    los: whole days of the stay.
    """

    hemoglobin: float | None = None
    oncology: bool | None = None
    sodium: float | None = None
    procedure: bool | None = None
    urgent: bool | None = None
    admissions: int | None = None
    los: int | None = None


def hospital(inputs: HospitalInputs, version: str = HOSPITAL_2016) -> Score | None:
    """Return the HOSPITAL score, 0-13; None when an input is missing.

    version: the two differ in the points for earlier admissions. Raises ValueError for another.
    Source: rules.md 3.2.
    """
    if version not in {HOSPITAL_2013, HOSPITAL_2016}:
        raise ValueError(f"no such version: {version}")
    i = inputs
    if (
        i.hemoglobin is None or i.oncology is None or i.sodium is None or i.procedure is None
        or i.urgent is None or i.admissions is None or i.los is None
    ):  # fmt: skip
        return None
    few = 1 if version == HOSPITAL_2013 else 2
    before = 5 if i.admissions > 5 else 2 if i.admissions >= few else 0
    points = (
        (1 if i.hemoglobin < 12 else 0)
        + (2 if i.oncology else 0)
        + (1 if i.sodium < 135 else 0)
        + (1 if i.procedure else 0)
        + (1 if i.urgent else 0)
        + before
        + (2 if i.los >= 5 else 0)
    )
    band = "high" if points >= 7 else "intermediate" if points >= 5 else "low"
    return Score(version, points, band)
