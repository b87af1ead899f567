"""The one thing the desk keeps: that the demo was loaded, when, and who can sign in to it."""

from __future__ import annotations

from django.db import models


class DemoLoad(models.Model):
    """The loading of the demo, once a database. `signins`: `[{role, campus, email}]`."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    loaded_at = models.DateTimeField()
    signins = models.JSONField(default=list)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="demo_loaded_once")]

    def __str__(self) -> str:
        return f"Demo of {self.loaded_at:%-d %B %Y}"
