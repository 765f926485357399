"""Who is unlisted at their wish: since when, who set it, why."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0004_api'),
        ('patients', '0005_disposition_not_said'),
    ]

    operations = [
        migrations.AddField(
            model_name='patient',
            name='unlisted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='patient',
            name='unlisted_by',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='patient',
            name='unlisted_why',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=200),
        ),
    ]
