"""One spelling for telephone numbers, so that the same number is found and noticed."""

from __future__ import annotations

import phonenumbers
from phonenumbers import PhoneNumberFormat

HOME_REGION = "US"
HOME_CODE = 1


def spoken(text: str) -> str | None:
    """Return a number as people here write it, "(555) 010-7730"; None when it is none.

    Numbers of other countries keep their +code. An extension stays. A number that is too short or
    too long to exist is none; whether it is in service is not known.
    """
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or len(str(number.national_number)) < 8:  # noqa: PLR2004  a local number without its area
        return None
    is_home = number.country_code == HOME_CODE
    form = PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def extension_of(text: str) -> str:
    """Return the extension of a number as we write it, or nothing."""
    return text.partition(" ext")[2].strip(". ")
