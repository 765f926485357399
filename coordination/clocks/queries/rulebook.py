"""The rules in force at a site: which are on, and the plain values their arithmetic needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from coordination.access.actor import Actor
from coordination.clocks import rules
from coordination.clocks.models import DeadlineRule, SignOff


def signed_rules(organization_id: int) -> QuerySet[DeadlineRule]:
    """Return shipped rules and those of this site, with `signers`: how many persons here signed."""
    return (
        DeadlineRule.objects.filter(
            Q(pack__organization__isnull=True) | Q(pack__organization_id=organization_id)
        )
        .select_related("pack")
        .annotate(
            signers=Count(
                "sign_offs__user",
                filter=Q(sign_offs__organization_id=organization_id),
                distinct=True,
            )
        )
    )


def is_on(rule: DeadlineRule, signers: int) -> bool:
    """Say whether so many signatures switch the rule on (grade C ships off)."""
    return signers >= rules.sign_offs_needed(rule.grade, rule.version)


def signers_of(actor: Actor, rule: DeadlineRule) -> int:
    """Return how many persons at this site signed this version of a rule. 1 statement."""
    signed = SignOff.objects.filter(organization_id=actor.organization_id, rule=rule)
    return signed.values("user").distinct().count()


def enabled_rule(
    actor: Actor,
    slug: str = "",
    *,
    on: date,
    payer_class: str,
    facts: Mapping[str, str],
    extends: str = "",
) -> DeadlineRule | None:
    """Return the version of a rule that applies, or None: no rule, no clock, no guess. 1 statement.

    on: the anchor's local date. extends: instead of a slug, the slug of the rule it gives more
    time to. A site's own version wins over the shipped one.
    """
    wanted = Q(extends__contains=[extends]) if extends else Q(slug=slug)
    versions = [
        rule
        for rule in signed_rules(actor.organization_id).filter(wanted)
        if is_on(rule, rule.signers)  # type: ignore[attr-defined]
    ]
    ours = [rule for rule in versions if rule.pack.organization_id]
    return rules.choose(ours, on=on, payer_class=payer_class, facts=facts) or rules.choose(
        versions, on=on, payer_class=payer_class, facts=facts
    )


def spec_of(rule: DeadlineRule) -> rules.Spec:
    """Return what the arithmetic needs of a rule's row."""
    return rules.Spec(
        slug=rule.slug,
        version=rule.version,
        kind=rule.kind,
        amount=rule.amount,
        unit=rule.unit,
        direction=rule.direction,
        roll=rule.rolls,
        inclusive=rule.is_inclusive,
        opens_amount=rule.opens_amount,
        opens_direction=rule.opens_direction,
        presumed_days=rule.presumed_days,
        extension=rule.extension,
        extension_unit=rule.extension_unit,
        safe_by=rule.shows_safe_by,
    )


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One version of a rule as the list shows it: whether it is on here, and who signed."""

    rule: DeadlineRule
    is_on: bool
    signed: tuple[SignOff, ...]
    needed: int

    @property
    def missing(self) -> int:
        """Return how many signatures are missing before the rule is on."""
        return max(0, self.needed - len(self.signed))


def rule_list(actor: Actor) -> list[RuleRow]:
    """Return every rule a clock here could start by, by pack and slug. 2 statements."""
    signed: dict[int, list[SignOff]] = defaultdict(list)
    for one in (
        SignOff.objects.filter(organization_id=actor.organization_id)
        .select_related("user")
        .order_by("signed_at")
    ):
        signed[one.rule_id].append(one)
    return [
        RuleRow(
            rule=rule,
            is_on=is_on(rule, len(signed[rule.pk])),
            signed=tuple(signed[rule.pk]),
            needed=rules.sign_offs_needed(rule.grade, rule.version),
        )
        for rule in signed_rules(actor.organization_id).order_by("pack__slug", "slug", "version")
    ]
