"""The queue reads what nobody owns in its order, not everything that is open."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('worklist', '0005_ownerproposal'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='task',
            index=models.Index(
                condition=models.Q(('assignee__isnull', True), ('is_open', True)),
                fields=['team', 'created_at', 'id'],
                name='task_pool_idx',
            ),
        ),
    ]
