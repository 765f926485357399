"""The tables of this room that hang on a chart, and their rules when two charts become one.

- Of two open assignments of one kind to one team, that of the chart that stays stands; the other
  ends with the merge.
- Of two wishes for one channel, that of the chart that stays stands; but whoever wants no more of a
  channel on either chart wants no more of it.
- Of two lines for one cover, one says what both said; who took over the chart that goes, of a list
  that several share, has the one that stays.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.models import Cover
from coordination.forms import LINE_LENGTH
from patients.joining import Joining, Table
from patients.models import Assignment, Channel, ContactPreference, CoverLine


def end_twice_assigned(joining: Joining) -> None:
    """End the open assignments of the chart that goes where the other has one of that kind."""
    open_here = Assignment.objects.filter(ends_at__isnull=True).select_related("team", "user")
    standing = {(a.team_id, a.kind): a.user_id for a in open_here.filter(patient=joining.into)}
    for row in open_here.filter(patient=joining.gone).order_by("pk"):
        if (row.team_id, row.kind) not in standing:
            continue
        joining.change(row, ends_at=joining.now, reason=_("charts merged"))
        if row.user is not None and row.user_id != standing[row.team_id, row.kind]:
            joining.said.append(
                _("%(person)s no longer looks after this patient for %(team)s (%(kind)s)")
                % {
                    "person": row.user.display_name,
                    "team": row.team.name,
                    "kind": row.get_kind_display().lower(),
                }
            )


def keep_one_wish(joining: Joining) -> None:
    """Let one wish for each channel stand; an opt-out on either chart counts."""
    own = ContactPreference.objects.filter(contact__isnull=True)
    standing = {row.channel: row for row in own.filter(patient=joining.into)}
    for row in own.filter(patient=joining.gone).order_by("pk"):
        other = standing.get(row.channel)
        if other is None:
            continue
        joining.keep(row)
        if row.opt_out_at is not None and other.opt_out_at is None:
            joining.change(other, opt_out_at=row.opt_out_at)
            said = {"channel": str(Channel(row.channel).label).lower()}
            joining.said.append(_("No more by %(channel)s: one of the charts says so") % said)


def join_cover_lines(joining: Joining) -> None:
    """Let one line for each cover say what both charts' lines said."""
    standing = {row.cover_id: row for row in CoverLine.objects.filter(patient=joining.into)}
    for row in CoverLine.objects.filter(patient=joining.gone).order_by("pk"):
        other = standing.get(row.cover_id)
        if other is not None:
            joining.keep(row)
            joining.change(other, text=f"{other.text}; {row.text}"[:LINE_LENGTH])
    parts = Cover.objects.filter(patients__contains=[joining.gone.pk], ends_at__gt=joining.now)
    for cover in parts.exclude(patients__contains=[joining.into.pk]).order_by("pk"):
        joining.change(cover, patients=sorted([*cover.patients, joining.into.pk]))
    left = Cover.objects.filter(except_patients__contains=[joining.gone.pk])
    left = left.filter(ends_at__gt=joining.now)
    for cover in left.exclude(except_patients__contains=[joining.into.pk]).order_by("pk"):
        joining.change(cover, except_patients=sorted([*cover.except_patients, joining.into.pk]))


TABLES = (
    Table(model="patients.Identifier", what=gettext_lazy("numbers")),
    Table(model="patients.Stay", what=gettext_lazy("stays")),
    Table(model="patients.Visit", what=gettext_lazy("visits")),
    Table(model="patients.Assignment", what=gettext_lazy("assignments"), settle=end_twice_assigned),
    Table(
        model="patients.CoverLine",
        what=gettext_lazy("lines for a cover"),
        settle=join_cover_lines,
    ),
    Table(model="patients.ContactPerson", what=gettext_lazy("contacts")),
    Table(model="patients.ContactPreference", what=gettext_lazy("wishes"), settle=keep_one_wish),
    Table(model="patients.DisclosurePermission", what=gettext_lazy("what contacts may be told")),
    Table(model="patients.Coverage", what=gettext_lazy("insurances")),
    Table(model="patients.CareTeamMember", what=gettext_lazy("clinicians")),
    Table(model="patients.Condition", what=gettext_lazy("conditions")),
    Table(model="patients.Medication", what=gettext_lazy("medicines")),
    Table(model="patients.Allergy", what=gettext_lazy("allergies")),
    Table(model="patients.RiskScore", what=gettext_lazy("scores")),
    Table(model="patients.FieldChange", what=gettext_lazy("corrections")),
    Table(model="patients.TimelineEntry", what=gettext_lazy("lines of the timeline")),
)
