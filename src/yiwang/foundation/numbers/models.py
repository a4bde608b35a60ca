"""Where each series of numbers stands."""

from django.db import models


class Series(models.Model):
    """One series. `next_free` is the first number that no process has taken yet."""

    name = models.CharField(max_length=120, primary_key=True)
    next_free = models.BigIntegerField()
