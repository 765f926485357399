"""Every row holds to it."""

import django.contrib.postgres.operations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0008_unlisted_is_dated'),
    ]

    operations = [
        django.contrib.postgres.operations.ValidateConstraint(
            model_name='patient', name='patient_unlisted_since'
        ),
    ]
