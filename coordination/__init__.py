"""Throughline's rooms; importing the package makes the Celery application current."""

from coordination.celery import app as celery_app

__all__ = ["celery_app"]
