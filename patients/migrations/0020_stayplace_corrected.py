"""A stretch in a bed has an address and a version, so that it can be corrected."""

import django.db.models.functions.datetime
import uuid
from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0019_pool'),
    ]

    operations = [
        # The database's default gives each standing row its own value, then goes.
        migrations.AddField(
            model_name='stayplace',
            name='public_id',
            field=models.UUIDField(db_default=RandomUUID(), default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name='stayplace',
            name='public_id',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name='stayplace',
            name='version',
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddField(
            model_name='stayplace',
            name='created_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
    ]
