"""The queue reads what was turned down and nobody has read yet, not every answer."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('worklist', '0008_takeover_in_part'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='ownerproposal',
            index=models.Index(
                condition=models.Q(
                    ('answered_by__isnull', False), ('is_taken', False), ('seen_at__isnull', True)
                ),
                fields=['organization', 'answered_at'],
                name='ownerproposal_back_idx',
            ),
        ),
    ]
