"""Which team is asked to take over a patient who moved to its unit."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0006_unit_public_id'),
        ('patients', '0018_stayplace'),
        ('worklist', '0004_last_acts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OwnerProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('proposed_at', models.DateTimeField()),
                ('is_taken', models.BooleanField(help_text='Empty: nobody has answered.', null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('answered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('left_unit', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.unit')),
                ('nurse', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.organization')),
                ('patient', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('primary', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stay', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.stay')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.team')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.unit')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_taken__isnull', True)), fields=['team', 'proposed_at'], name='ownerproposal_queue_idx'), models.Index(fields=['patient'], name='ownerproposal_patient_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_taken__isnull', True)), fields=('patient', 'team'), name='ownerproposal_open_once'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('is_taken__isnull', True)), models.Q(('answered_at__isnull', False), ('is_taken__isnull', False)), _connector='OR'), name='ownerproposal_answer_has_instant'), models.CheckConstraint(condition=models.Q(models.Q(('is_taken', False), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='ownerproposal_refusal_has_reason', violation_error_message='Say why, in a few words.')],
            },
        ),
    ]
