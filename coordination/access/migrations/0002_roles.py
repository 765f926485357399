"""Seed the roles. Later changes of roles.py reach the rows through `manage.py sync_roles`."""

from django.db import migrations

from coordination.access.roles import ROLES


def seed(apps, _schema):
    Role = apps.get_model("access", "Role")
    for slug, (name, permissions) in ROLES.items():
        Role.objects.create(slug=slug, name=name, permissions=sorted(permissions))


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop, elidable=True)]
