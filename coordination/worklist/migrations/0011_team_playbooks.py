"""A team's own copy of a playbook: its draft, and who published which version and why."""

import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0006_unit_public_id'),
        ('worklist', '0010_approvalrequest'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlaybookDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('slug', models.SlugField(db_index=False, max_length=60)),
                ('definition', models.JSONField()),
                ('edited_at', models.DateTimeField()),
                ('edited_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.organization')),
                ('shipped', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='worklist.playbook')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('team', 'slug'), name='playbookdraft_once')],
            },
        ),
        migrations.AddField(
            model_name='playbook',
            name='published_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='playbook',
            name='shipped',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='worklist.playbook'),
        ),
        migrations.AddField(
            model_name='playbook',
            name='why',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        migrations.AlterField(
            model_name='playbook',
            name='loaded_at',
            field=models.DateTimeField(help_text='When it was loaded, or published by a team.'),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='playbook',
            constraint=models.CheckConstraint(condition=models.Q(('team__isnull', True), models.Q(('published_by__isnull', False), ('shipped__isnull', False), models.Q(('why', ''), _negated=True)), _connector='OR'), name='playbook_copy_says_who_and_why', violation_error_message='A team’s copy names who published it, and why.'),
        ),
    ]
