"""No patient is unlisted without a since when."""

import django.contrib.postgres.operations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0007_unlisted_since'),
    ]

    operations = [
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='patient',
            constraint=models.CheckConstraint(condition=models.Q(('is_unlisted', False), ('unlisted_at__isnull', False), _connector='OR'), name='patient_unlisted_since', violation_error_message='Say since when the patient is unlisted.'),
        ),
    ]
