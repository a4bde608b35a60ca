"""The index of search, and what was searched for without a sure answer.

The tokens themselves stand in an FTS5 table on SQLite and in a tsvector column on PostgreSQL (see the first migration);
both are filled by `actions.index_items` and asked by `queries.find`.
"""

from django.db import models

from yiwang.foundation.ids import uuid7


class SearchEntry(models.Model):
    """One item in the index: what the ranking needs, without a look into the catalogue."""

    item_code = models.CharField(max_length=80, primary_key=True)
    name = models.CharField(max_length=500)
    group_code = models.CharField(max_length=80, blank=True)
    base_name = models.CharField(max_length=500, blank=True)
    office = models.CharField(max_length=200, blank=True)
    aliases = models.JSONField(default=list)


class SearchLog(models.Model):
    """A search that found nothing, or nothing sure: the work list of whoever keeps the words. Numbers are scrubbed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    query = models.CharField(max_length=200)
    region_code = models.CharField(max_length=12, blank=True)
    found = models.SmallIntegerField()
    confident = models.BooleanField()
    searched_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-searched_at"], name="searches_by_time")]
