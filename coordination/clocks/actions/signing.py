"""Signing a rule off: a named person at the site confirms it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.clocks import rules
from coordination.clocks.models import SignOff
from coordination.clocks.queries import signed_rules
from coordination.records import Refused


@transaction.atomic
def sign_off(actor: Actor, rule_id: int, note: str, now: datetime) -> SignOff:
    """Confirm one version of a rule for this site, in one's own name.

    A later version of a grade C rule needs two different persons. note: what was read, needed for
    grade C. Signing twice is the same as once. Raises NotPermitted, DeadlineRule.DoesNotExist, or
    Refused without a person or a note.
    """
    require(actor, "rules.change")
    if actor.user is None:
        raise Refused(_("A rule is signed off by a named person."))
    rule = signed_rules(actor.organization_id).get(pk=rule_id)
    if rules.sign_offs_needed(rule.grade, rule.version) and not note.strip():
        raise Refused(_("Say what you read to confirm this rule, such as the section."))
    signed, is_new = SignOff.objects.get_or_create(
        organization_id=actor.organization_id,
        rule_id=rule.pk,
        user=actor.user,
        defaults={"signed_at": now, "note": note},
    )
    if is_new:
        record(
            actor, "rule.sign_off", signed, now,
            detail={"rule": rule.slug, "version": rule.version},
        )  # fmt: skip
    return signed
