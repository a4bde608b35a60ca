"""What an earlier release indexed is found at once after the upgrade, and the index is made anew by the worker."""

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.search.index import document_terms
from yiwang.domains.search.models import SearchDocument
from yiwang.domains.search.queries import find, forget_weights
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.jobs.worker import work_until_idle


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_upgrade_keeps_what_is_found():
    item = make_item()
    work_until_idle()
    executor = MigrationExecutor(connection)
    executor.migrate([("search", "0002_terms")])
    try:
        enter_as_before(item)
    finally:
        MigrationExecutor(connection).migrate([("search", "0005_former_entries")])
    forget_weights()
    assert find("食品经营许可").codes == [item.code]
    assert find("食品经营许可", audience="other").codes == []
    assert Job.objects.filter(kind="index_anew").exists()
    work_until_idle()
    assert SearchDocument.objects.exclude(key__startswith="former:").count() == SearchDocument.objects.count() == 1
    assert find("食品经营许可").codes == [item.code]
    call_command("makemigrations", "search", "--check", "--dry-run", verbosity=0)


def enter_as_before(item):
    """Index one item as the release before did."""
    terms = document_terms(name=item.name)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_searchentry (item_code, name, group_code, base_name, office, aliases)"
            " VALUES (%s, %s, '', '', '', %s)",
            [item.code, item.name, json.dumps(["开饭店"])],
        )
        if connection.vendor == "postgresql":
            cursor.execute(
                "UPDATE search_searchentry SET terms = setweight(to_tsvector('simple', %s), 'A')",
                [" ".join(terms["title"])],
            )
            return
        cursor.execute("INSERT INTO search_place (item_code) VALUES (%s) RETURNING id", [item.code])
        cursor.execute(
            "INSERT INTO search_terms (rowid, title) VALUES (%s, %s)", [cursor.fetchone()[0], " ".join(terms["title"])]
        )


@pytest.mark.postgres
@pytest.mark.django_db
def test_no_search_reads_words_that_wait_to_be_put_into_the_index() -> None:
    """A list of new entries is read from end to end by each search until the next vacuum."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'search_documents_by_terms'")
        assert cursor.fetchone() == (["fastupdate=off"],)
