"""The list of one person's patients reads only what stands open, not their whole history."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('patients', '0014_last_acts'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(
                condition=models.Q(('ends_at__isnull', True)),
                fields=['user', 'kind'],
                name='assignment_person_idx',
            ),
        ),
    ]
