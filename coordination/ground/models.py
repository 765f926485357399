"""What the ground itself must remember."""

from django.db import models


class Heartbeat(models.Model):
    """The last moment a worker did the job that beat asks for: one row per kind of worker."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"heartbeat {self.name}"
