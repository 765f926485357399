"""Standing rows hold the rule of 12 or 24 hours, too."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0010_user_wishes'),
    ]

    operations = [
        ValidateConstraint(model_name='user', name='user_hours_are_12_or_24'),
    ]
