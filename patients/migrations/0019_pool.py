"""The queue reads whom nobody looks after, not everybody a team has."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('patients', '0018_stayplace'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(
                condition=models.Q(('ends_at__isnull', True), ('user__isnull', True)),
                fields=['team', 'starts_at'],
                name='assignment_pool_idx',
            ),
        ),
    ]
