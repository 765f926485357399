"""A stay's patient stood in two indexes that begin alike; stay_patient_idx serves both readers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('patients', '0015_whose_patients'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    'DROP INDEX CONCURRENTLY IF EXISTS patients_stay_patient_id_80382dab',
                    'CREATE INDEX CONCURRENTLY IF NOT EXISTS patients_stay_patient_id_80382dab'
                    ' ON patients_stay (patient_id)',
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='stay',
                    name='patient',
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name='stays',
                        to='patients.patient',
                    ),
                )
            ],
        ),
    ]
