"""Who is unlisted already is so since they were registered, as far as anybody knows."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0006_unlisted'),
    ]

    operations = [
        migrations.RunSQL(
            """UPDATE patients_patient SET unlisted_at = created_at
            WHERE is_unlisted AND unlisted_at IS NULL""",
            migrations.RunSQL.noop,
        ),
    ]
