"""The roots of the subtrees of the leaves that are there already."""

from typing import Any

from django.db import migrations

from yiwang.foundation.journal.merkle import Frontier

AT_ONCE = 5_000


def build(apps: Any, schema_editor: Any) -> None:
    """Let the tree grow once more over its leaves, and keep what becomes whole."""
    node, edge, waiting = apps.get_model("journal", "Node"), Frontier(), []
    node.objects.all().delete()
    leaves = apps.get_model("journal", "Leaf").objects.order_by("index").values_list("hash", flat=True)
    for leaf in leaves.iterator(chunk_size=AT_ONCE):
        waiting += [node(level=level, index=index, hash=root) for (level, index), root in edge.append(bytes(leaf))]
        if len(waiting) >= AT_ONCE:
            node.objects.bulk_create(waiting)
            waiting = []
    node.objects.bulk_create(waiting)


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_nodes")]

    operations = [migrations.RunPython(build, migrations.RunPython.noop)]
