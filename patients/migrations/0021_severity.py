"""How sick a patient is, and each setting of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0009_cover_named_or_rest_validated'),
        ('patients', '0020_stayplace_corrected'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='stay',
            name='severity',
            field=models.CharField(blank=True, choices=[('stable', 'Stable'), ('watcher', 'Watcher'), ('unstable', 'Unstable')], db_default='', default='', max_length=8),
        ),
        migrations.CreateModel(
            name='SeveritySetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('severity', models.CharField(choices=[('stable', 'Stable'), ('watcher', 'Watcher'), ('unstable', 'Unstable')], max_length=8)),
                ('set_at', models.DateTimeField()),
                ('why', models.CharField(blank=True, max_length=200)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.organization')),
                ('set_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='severities', to='patients.stay')),
            ],
        ),
    ]
