"""Who is calling: numbers are found by their last digits."""

from django.contrib.postgres.indexes import OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from patients.models.people import PhoneKey


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('patients', '0009_unlisted_validated'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='patient',
            index=models.Index(models.F('organization'), OpClass(PhoneKey('phone'), name='text_pattern_ops'), condition=models.Q(('phone', ''), _negated=True), name='patient_caller_idx'),
        ),
        AddIndexConcurrently(
            model_name='contactperson',
            index=models.Index(models.F('organization'), OpClass(PhoneKey('phone'), name='text_pattern_ops'), condition=models.Q(('phone', ''), _negated=True), name='contact_phone_caller'),
        ),
        AddIndexConcurrently(
            model_name='contactperson',
            index=models.Index(models.F('organization'), OpClass(PhoneKey('other_phone'), name='text_pattern_ops'), condition=models.Q(('other_phone', ''), _negated=True), name='contact_other_phone_caller'),
        ),
    ]
