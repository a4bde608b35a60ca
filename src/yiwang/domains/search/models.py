"""The index of search, and what was searched for without a sure answer.

What is indexed are documents: one for each wording of a base item, however many regions offer it. Entries say which item
stands behind a document in which region, and postings say in rows of bits which documents a region offers at all. The tokens
of the documents stand in an FTS5 table on SQLite and in a tsvector column on PostgreSQL (see the second migration). All of
it is filled by `actions.index_items` and asked by `queries.find`.
"""

from django.db import models

from yiwang.foundation.ids import uuid7


class SearchDocument(models.Model):
    """One wording of a base item: what the ranking needs, without a look into the catalogue. Never changed but for where."""

    EVERYWHERE = "*"

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=90, unique=True, help_text="hash of base item, group, name, aliases and audience")
    base_code = models.CharField(max_length=40, db_index=True)
    region_code = models.CharField(
        max_length=12, blank=True, help_text="the only region that offers it, or * for several"
    )
    is_wide = models.BooleanField(default=True, help_text="also found without a region")
    name = models.CharField(max_length=500)
    group_code = models.CharField(max_length=80, blank=True)
    base_name = models.CharField(max_length=500, blank=True)
    office = models.CharField(max_length=200, blank=True)
    aliases = models.TextField(blank=True, help_text="one a line")


class SearchEntry(models.Model):
    """One item in the index: which document says what it is, and where it stands."""

    item_code = models.CharField(max_length=80, primary_key=True)
    document = models.ForeignKey(SearchDocument, models.CASCADE, related_name="entries", db_index=False)
    region_code = models.CharField(max_length=12, blank=True)

    class Meta:
        indexes = [models.Index(fields=["document", "region_code", "item_code"], name="entries_by_document")]


class SearchPosting(models.Model):
    """Which documents a mark stands on: bit n is document n. Marks are regions, audiences, and what is found only in a region.

    A posting list, read in one piece: a filter costs the same whether a document stands in one region or in a hundred.
    """

    mark = models.CharField(max_length=20, primary_key=True)
    documents = models.BinaryField()


class SearchWord(models.Model):
    """A name, alias or people's word that leads to at least one document: what is suggested, and what a slip may have meant."""

    id = models.BigAutoField(primary_key=True)
    word = models.CharField(max_length=60, unique=True)
    said = models.CharField(max_length=120, help_text="its pinyin in one piece; letters as they are")
    holders = models.IntegerField(help_text="how many documents it leads to")


class SearchKey(models.Model):
    """A way to type a word: its signs, its pinyin, its initials; or those of a later part of it (`is_inner`)."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=120)
    word = models.ForeignKey(SearchWord, models.CASCADE, related_name="keys")
    is_inner = models.BooleanField(default=False)


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
