"""One of several who share a list covers whoever comes onto it meanwhile."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0006_unit_public_id'),
    ]

    operations = [
        migrations.AddField(
            model_name='cover',
            name='except_patients',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, db_default=[], default=list, size=None),
        ),
    ]
