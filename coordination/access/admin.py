"""What an administrator sets up: places, teams, people and their roles, facility settings.

Every change writes one audit row in its transaction. Nothing is deleted, nobody leaves their own
organization, and nobody grants themselves a role.
"""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access import actions
from coordination.access.actor import Actor
from coordination.access.admin_site import site
from coordination.access.audit import record
from coordination.access.models import (
    Facility,
    FacilitySetting,
    Membership,
    Organization,
    Role,
    Team,
    Unit,
    User,
)
from coordination.access.rules import SETTINGS, check_setting


def actor_of(request: HttpRequest) -> Actor:
    """Return who is asking, as the Guard made them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def name_of(row: Any) -> str:
    """Return what people call a row in a list of choices; the row's own text is only its id."""
    for attribute in ("display_name", "name", "code"):
        if found := getattr(row, attribute, ""):
            return str(found)
    return str(row)


class SetUpForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form about one organization's row: whatever must be unique in it is checked here."""

    actor: ClassVar[Actor]

    def _get_validation_exclusions(self) -> set[str]:
        """Check the organization too: a name taken in it is a sentence, not a 500."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"organization"}

    def _post_clean(self) -> None:
        if hasattr(self.instance, "organization_id"):
            self.instance.organization_id = self.actor.organization_id
        super()._post_clean()  # type: ignore[misc]

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        if zone and zone not in available_timezones():
            raise ValidationError(_("Write a zone such as America/New_York."))
        return zone


class SetUp(ModelAdmin):  # type: ignore[type-arg]
    """One organization's rows of a model; every change on record; nothing deleted."""

    form = SetUpForm
    permission: ClassVar[str] = "settings.change"
    action_name: ClassVar[str] = "setting.change"
    actions: Any = ()

    def get_urls(self) -> list[Any]:
        """Leave out the nameless address that Django keeps for links of 2015."""
        return [url for url in super().get_urls() if url.name]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found = super().get_queryset(request)
        return found.filter(organization_id=actor_of(request).organization_id)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return actor_of(request).may(self.permission)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return actor_of(request).may(self.permission)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return actor_of(request).may(self.permission)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return actor_of(request).may(self.permission)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def get_form(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        """Give the form the actor, for what it checks about who asks."""
        form = super().get_form(request, *args, **options)
        form.actor = actor_of(request)  # type: ignore[attr-defined]
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer only this organization's rows: another's id is no choice at all (trust.md D1)."""
        return self.narrowed(
            super().formfield_for_foreignkey(db_field, request, **options), request
        )

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        return self.narrowed(
            super().formfield_for_manytomany(db_field, request, **options), request
        )

    def narrowed(self, field: Any, request: HttpRequest) -> Any:
        """Keep a choice within the organization, its rows by the names people use."""
        if field.queryset.model is not Role:
            own = actor_of(request).organization_id
            field.queryset = field.queryset.filter(organization_id=own).order_by("pk")
        field.label_from_instance = name_of
        return field

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.put_on_record(request, obj, "added", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.put_on_record(request, obj, "changed", message)
        return super().log_change(request, obj, message)

    def put_on_record(self, request: HttpRequest, obj: Model, what: str, message: Any) -> None:
        """Write the audit row: which record, which fields; never a value."""
        fields = [
            name
            for part in message
            if isinstance(part, dict)
            for name in part.get(what, {}).get("fields", [])
        ]
        record(actor_of(request), self.action_name, obj, detail={what: sorted(map(str, fields))})


@admin.register(Organization, site=site)
class OrganizationAdmin(SetUp):
    """The organization itself: nobody makes another one here."""

    list_display = ("name", "zone", "go_live_at", "messages_on")
    fields = ("name", "zone", "state", "go_live_at", "messages_on")
    readonly_fields = ("messages_on",)  # /outgoing/switch/ asks for quiet hours first

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Organization.objects.filter(pk=actor_of(request).organization_id)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False


@admin.register(Facility, site=site)
class FacilityAdmin(SetUp):
    """The hospitals and sites."""

    list_display = ("name", "slug", "zone", "phone")
    fields = ("name", "slug", "zone", "state", "phone")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Unit, site=site)
class UnitAdmin(SetUp):
    """The wards."""

    list_display = ("code", "name", "beds", "phone")
    fields = ("facility", "code", "name", "beds", "specialty", "phone")


@admin.register(Team, site=site)
class TeamAdmin(SetUp):
    """The pools of people who share patients."""

    list_display = ("name", "slug", "phone")
    fields = ("facility", "name", "slug", "units", "phone")
    filter_horizontal = ("units",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(FacilitySetting, site=site)
class FacilitySettingAdmin(SetUp):
    """What each facility settles for itself; until it does, it does not happen."""

    list_display = ("key", "value", "label", "set_at")
    fields = ("facility", "key", "value", "label")

    class SettingForm(SetUpForm):
        key = forms.ChoiceField(
            choices=[(key, f"{kind.title}: {kind.example}") for key, kind in SETTINGS.items()]
        )

        def clean(self) -> dict[str, Any]:
            found = super().clean() or self.cleaned_data
            if "key" in found and "value" in found:
                wrong = check_setting(found["key"], found["value"])
                if wrong:
                    self.add_error("value", wrong)
            return found

    form = SettingForm

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.set_by, obj.set_at = actor_of(request).user, timezone.now()
        super().save_model(request, obj, form, change)


class People(SetUp):
    """Rows about who may do what: they need their own permission and their own trail name."""

    permission = "user.change"
    action_name = "privilege.change"


@admin.register(Membership, site=site)
class MembershipAdmin(People):
    """One person's role in one team. Ended, never deleted; never one's own."""

    list_display = ("person", "role_id", "team_name", "is_deputy", "starts_at", "ends_at")
    list_select_related = ("user", "team")
    fields = ("user", "role", "team", "is_deputy", "starts_at", "ends_at")

    class MembershipForm(SetUpForm):
        def clean(self) -> dict[str, Any]:
            """Refuse a role for oneself, and a change of one's own (trust.md 3)."""
            found = super().clean() or self.cleaned_data
            own = self.actor.user_id
            if self.instance.user_id == own or getattr(found.get("user"), "pk", None) == own:
                raise ValidationError(
                    _("Nobody grants or changes their own role. Ask another administrator.")
                )
            return found

    form = MembershipForm

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Propose that a role begins now."""
        return {"starts_at": timezone.now(), **super().get_changeform_initial_data(request)}

    @admin.display(description=gettext_lazy("person"))
    def person(self, membership: Membership) -> str:
        return membership.user.display_name

    @admin.display(description=gettext_lazy("team"))
    def team_name(self, membership: Membership) -> str:
        return membership.team.name if membership.team else ""


class PersonForm(SetUpForm, UserChangeForm):  # type: ignore[type-arg]
    """Changing a person."""


class NewPersonForm(SetUpForm, UserCreationForm):  # type: ignore[type-arg]
    """Making a person, in the administrator's own organization."""


@admin.register(User, site=site)
class PersonAdmin(People, UserAdmin):  # type: ignore[type-arg]
    """The people who sign in. No flag here grants anything: roles do."""

    list_display = ("username", "first_name", "last_name", "credential", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("username", "first_name", "last_name")
    filter_horizontal = ()
    form = PersonForm
    add_form = NewPersonForm
    actions = ("sign_out_everywhere",)
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (
            gettext_lazy("Person"),
            {
                "fields": (
                    "first_name", "last_name", "credential", "email", "phone", "languages",
                    "usual_load",
                )
            },
        ),
    )  # fmt: skip
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2", "first_name", "last_name")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody shuts themselves out by accident, or lets themselves in again."""
        return ("is_active",) if obj is not None and obj.pk == actor_of(request).user_id else ()

    @admin.action(description=gettext_lazy("Sign out everywhere"))
    def sign_out_everywhere(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """End every session of the chosen people, within one request."""
        for person in people:
            actions.end_sessions(actor_of(request), person, timezone.now())
