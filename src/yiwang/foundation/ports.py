"""Find the connector that fulfils a port."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@cache
def connector(name: str) -> Any:
    """Return the one connector that the settings choose for a port.

    Raises:
        KeyError: where the settings name none.
    """
    return import_string(settings.CONNECTORS[name])()
