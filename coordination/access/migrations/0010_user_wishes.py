"""How each person wants times, lists, mail and keys."""

import django.contrib.postgres.fields
import django.contrib.postgres.operations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0009_cover_named_or_rest_validated'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='density',
            field=models.CharField(choices=[('roomy', 'Two lines a row'), ('compact', 'One line a row')], db_default='roomy', default='roomy', max_length=8),
        ),
        migrations.AddField(
            model_name='user',
            name='digest',
            field=models.CharField(choices=[('at-once', 'At once when something climbs to me, once an hour at most'), ('shifts', 'Each morning and evening'), ('morning', 'In the morning only'), ('off', 'Never')], db_default='shifts', default='shifts', max_length=8),
        ),
        migrations.AddField(
            model_name='user',
            name='hours',
            field=models.PositiveSmallIntegerField(choices=[(24, '14:00'), (12, '2:00 PM')], db_default=24, default=24),
        ),
        migrations.AddField(
            model_name='user',
            name='keys_map',
            field=models.CharField(choices=[('letters', 'A letter alone, such as L'), ('chords', 'Alt and Shift with it, such as Alt Shift L')], db_default='letters', default='letters', max_length=8),
        ),
        migrations.AddField(
            model_name='user',
            name='keys_own',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, db_default=[], default=list, help_text='Shortcuts moved to another letter, such as D=V.', size=None),
        ),
        migrations.AddField(
            model_name='user',
            name='start_page',
            field=models.CharField(blank=True, db_default='', default='', help_text='Name of the page that comes first; empty: by role.', max_length=40),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('hours__in', [12, 24])), name='user_hours_are_12_or_24', violation_error_message='Say times by a clock of 12 or 24 hours.'),
        ),
    ]
