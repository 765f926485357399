"""A cover is of named patients, or of all but some."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0007_cover_of_the_rest'),
    ]

    operations = [
        AddConstraintNotValid(
            model_name='cover',
            constraint=models.CheckConstraint(
                condition=models.Q(('patients', []), ('except_patients', []), _connector='OR'),
                name='cover_names_or_excepts',
                violation_error_message='A cover is of named patients, or of all but some.',
            ),
        ),
    ]
