"""What is asked of a supervisor, who decides, and what they said."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0006_unit_public_id'),
        ('patients', '0019_pool'),
        ('worklist', '0009_turned_down'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovalRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('act', models.CharField(max_length=40)),
                ('subject_kind', models.CharField(max_length=60)),
                ('subject_id', models.BigIntegerField()),
                ('subject_public_id', models.UUIDField()),
                ('title', models.CharField(max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('choice', models.CharField(blank=True, db_default='', max_length=40)),
                ('why', models.TextField()),
                ('blockers', models.JSONField(db_default=[], default=list)),
                ('state', models.CharField(choices=[('asked', 'Waits for an answer'), ('asked-back', 'Asked back'), ('approved', 'Approved'), ('refused', 'Refused'), ('withdrawn', 'No longer asked')], default='asked', max_length=16)),
                ('answer_by', models.DateTimeField(null=True)),
                ('passed_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True, db_default='')),
                ('seen_at', models.DateTimeField(help_text='When who asked read the decision.', null=True)),
                ('asked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.organization')),
                ('passed_to', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.team')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('asked', 'asked-back'))), fields=['team', 'asked_at', 'id'], name='request_open_idx'), models.Index(fields=['asked_by', '-id'], name='request_mine_idx'), models.Index(fields=['team', '-id'], name='request_team_idx'), models.Index(condition=models.Q(('state', 'asked-back'), models.Q(('seen_at__isnull', True), ('state__in', ('approved', 'refused'))), _connector='OR'), fields=['asked_by'], name='request_news_idx'), models.Index(condition=models.Q(('passed_at__isnull', True), ('state', 'asked')), fields=['answer_by', 'id'], name='request_due_idx'), models.Index(fields=['patient'], name='request_patient_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('asked', 'asked-back'))), fields=('act', 'subject_kind', 'subject_id'), name='request_open_once', violation_error_message='This was asked already and waits for an answer.'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='request_never_ones_own', violation_error_message='Nobody decides what they asked for themselves.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ('approved', 'refused'))), models.Q(models.Q(('state__in', ('approved', 'refused')), _negated=True), ('decided_at__isnull', True), ('decided_by__isnull', True)), _connector='OR'), name='request_decided_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='request_refusal_has_reason', violation_error_message='Say why, in a few words.'), models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='request_says_why', violation_error_message='Say why, in a few words.'), models.CheckConstraint(condition=models.Q(('passed_to__isnull', True), ('passed_at__isnull', False), _connector='OR'), name='request_passed_has_instant')],
            },
        ),
    ]
