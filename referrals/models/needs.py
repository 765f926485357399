"""What can be needed: the code a service offers and a referral asks for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class NeedGroup(models.TextChoices):
    """The groups a person thinks in."""

    HOME_HEALTH = "home-health", _("Home health")
    FACILITY = "facility", _("Facility")
    SPECIALIST = "specialist", _("Doctor or clinic")
    THERAPY = "therapy", _("Therapy center")
    EQUIPMENT = "equipment", _("Equipment and rides")
    PROGRAM = "program", _("Program")
    SUPPORT_GROUP = "support-group", _("Support group")
    SOCIAL_NEED = "social-need", _("Social need")


class Need(models.TextChoices):
    """One thing somebody may need; `rules.needs.GROUPS` sorts them."""

    HOME_NURSING = "home-nursing", _("Home nursing")
    HOME_AIDE = "home-aide", _("Home health aide")
    HOME_PT = "home-physical-therapy", _("Physical therapy at home")
    HOME_OT = "home-occupational-therapy", _("Occupational therapy at home")
    HOME_SPEECH = "home-speech-therapy", _("Speech therapy at home")
    HOME_SOCIAL = "home-social-work", _("Social work at home")
    SKILLED_NURSING = "skilled-nursing", _("Skilled nursing facility")
    INPATIENT_REHAB = "inpatient-rehab", _("Inpatient rehabilitation")
    LONG_TERM_ACUTE = "long-term-acute", _("Long-term acute care")
    HOSPICE = "hospice", _("Hospice")
    DIALYSIS = "dialysis", _("Dialysis")
    HOSPITAL = "hospital-care", _("Hospital")
    PRIMARY_CARE = "primary-care", _("Primary care")
    SPECIALIST = "specialist", _("Specialist")
    URGENT_CARE = "urgent-care", _("Urgent care")
    VETERANS = "veterans-care", _("Veterans care")
    PHARMACY = "pharmacy", _("Pharmacy")
    PHYSICAL_THERAPY = "physical-therapy", _("Physical therapy")
    OCCUPATIONAL_THERAPY = "occupational-therapy", _("Occupational therapy")
    SPEECH_THERAPY = "speech-therapy", _("Speech therapy")
    OXYGEN = "oxygen", _("Oxygen")
    EQUIPMENT = "equipment", _("Medical equipment")
    RIDE = "ride", _("Transport")
    PROGRAM = "program", _("Program")
    SUPPORT_GROUP = "support-group", _("Support group")
    MEALS = "meals", _("Meals")
    HOUSING = "housing", _("Housing")
    MONEY_HELP = "money-help", _("Help with bills")
    SOCIAL_SERVICE = "social-service", _("Other social service")
