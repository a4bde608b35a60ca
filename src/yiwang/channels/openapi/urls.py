from django.urls import URLPattern, path, re_path

from yiwang.channels.openapi.api import api
from yiwang.channels.openapi.gate import as_api
from yiwang.channels.openapi.pages import docs, no_such_address, openapi_json

app_name = "openapi"

operations = [p for p in api.urls[0] if isinstance(p, URLPattern) and p.name != "api-root"]
for operation in operations:
    operation.callback = as_api(operation.callback)

urlpatterns = [
    path("openapi.json", as_api(openapi_json), name="document"),
    path("docs", docs, name="docs"),
    *operations,
    re_path(r"", as_api(no_such_address), name="nowhere"),
]
