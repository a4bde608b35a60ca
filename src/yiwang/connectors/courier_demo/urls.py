from django.urls import path

from yiwang.connectors.courier_demo import callbacks

app_name = "courier_demo"

urlpatterns = [path("courier-demo", callbacks.courier, name="callback")]
