"""No team had a copy before: what is there satisfies the constraint."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("worklist", "0011_team_playbooks")]

    operations = [
        ValidateConstraint(model_name="playbook", name="playbook_copy_says_who_and_why"),
    ]
