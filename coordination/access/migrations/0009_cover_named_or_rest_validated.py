"""Every row holds to it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0008_cover_named_or_rest'),
    ]

    operations = [
        ValidateConstraint(model_name='cover', name='cover_names_or_excepts'),
    ]
