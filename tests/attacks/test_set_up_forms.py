"""A3, A5 and A13 for the set-up pages: their forms, sent as nobody honest would."""

from __future__ import annotations

import pytest

from coordination.access.admin_site import site
from coordination.access.models import User
from tests.attacks.page_forms import OUR_OWN, Form, every_form, sent
from tests.attacks.strangers import NO_NUMBER, Strangers, held
from tests.attacks.test_every_form import HOSTILE, complaints
from tests.attacks.world import ORGANIZATION, OWN, World

MANAGED = ("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS")


def pages(world: World) -> list[str]:
    """Return the list, the new and the first standing record of every model that is set up."""
    found = []
    organization = world.teams[OWN].organization
    for model in site._registry:
        at = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        ours = {"organization": organization} if hasattr(model, "organization") else {}
        first = model._default_manager.filter(**ours).order_by("pk").first()
        found += [at, f"{at}add/"]
        if first is not None:
            found += [f"{at}{first.pk}/{what}/" for what in ("change", "delete", "history")]
    return found


@pytest.fixture(scope="package")
def set_up(house: World) -> list[Form]:
    found = every_form(house, "admin", pages(house))
    taken = [next(sent(house, "admin", form, form.body())).status_code for form in found]
    assert len(found) > 10
    assert set(taken) <= {200, 302}
    return found


def test_a_hostile_text_in_any_field_of_set_up_breaks_nothing(
    house: World, set_up: list[Form]
) -> None:
    wrong: list[str] = []
    for number, form in enumerate(set_up):
        for turn in range(3):
            body = {
                name: HOSTILE[(number + at + turn * 7) % len(HOSTILE)]
                for at, name in enumerate(form.fields)
                if name not in OUR_OWN and (turn or not name.endswith(MANAGED))
            }
            said = str({name: text[:20] for name, text in body.items()})
            answers = sent(house, "admin", form, form.body(**body), form.page)
            wrong += complaints(form, said, answers)
    assert not wrong, "\n".join(wrong)


def test_a_foreign_id_in_any_choice_of_set_up_is_no_choice(
    house: World, set_up: list[Form], strangers: Strangers
) -> None:
    theirs = {
        label.rpartition(".")[2].lower(): [str(row.pk) for row in rows]
        for label, rows in strangers.rows[ORGANIZATION].items()
    }
    tried, wrong, referring = 0, [], held(strangers)
    for form in set_up:
        for name, one in form.fields.items():
            if one.kind != "select" or name not in theirs:
                continue
            if offered := set(theirs[name]) & set(one.options):
                wrong.append(f"{form}: {name} offers {offered}")
            usual = next(sent(house, "admin", form, form.body(**{name: NO_NUMBER})))
            for text in theirs[name][:3]:
                tried += 1
                answers = sent(house, "admin", form, form.body(**{name: text}), "/healthz")
                for answer in answers:
                    is_taken = answer.status_code == 302 and usual.status_code != 302
                    if is_taken or (answer.status_code == 302 and held(strangers) != referring):
                        wrong.append(f"{form}: {name}={text}: {answer.status_code}")
    assert tried > 5
    assert not wrong, "\n".join(wrong)


def test_no_form_of_set_up_makes_a_superuser_or_lets_go_of_the_organization(
    house: World, set_up: list[Form]
) -> None:
    theirs = str(house.teams[ORGANIZATION].organization_id)
    extra = {
        "is_superuser": "on", "is_staff": "on", "organization": theirs, "organization_id": theirs,
        "user_permissions": "1", "groups": "1", "password": "x",
    }  # fmt: skip
    kept = ("pk", "organization_id", "is_superuser", "password")
    before = set(User.objects.values_list(*kept))
    wrong = []
    for form in set_up:
        hidden = {name: text for name, text in extra.items() if name not in form.fields}
        answers = sent(house, "admin", form, form.body(**hidden), "/healthz")
        for at, _response in enumerate(answers):
            if at and not before <= set(User.objects.values_list(*kept)):
                wrong.append(f"{form}: changed somebody")
            if User.objects.filter(is_superuser=True).exists():
                wrong.append(f"{form}: made a superuser")
    assert not wrong, "\n".join(wrong)
