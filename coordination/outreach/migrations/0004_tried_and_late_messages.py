"""A long line of new messages hides neither those that were tried before nor those too late."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('access', '0006_unit_public_id'),
        ('outreach', '0003_mending'),
        ('patients', '0011_mending'),
        ('worklist', '0001_initial'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='delivery',
            index=models.Index(condition=models.Q(('attempts__gt', 0), ('state', 'planned')), fields=['due_at'], name='delivery_tried_idx'),
        ),
        AddIndexConcurrently(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'planned')), fields=['give_up_at'], name='delivery_give_up_idx'),
        ),
    ]
