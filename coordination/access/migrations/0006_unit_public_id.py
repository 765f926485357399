import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0005_shifts_and_cover'),
    ]

    operations = [
        # The database's default gives each standing row its own value.
        migrations.AddField(
            model_name='unit',
            name='public_id',
            field=models.UUIDField(db_default=RandomUUID(), default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
