"""Where the provider calls back. `config` includes it."""

from django.urls import path

from yiwang.connectors.payment_demo.calling_back import called_back

app_name = "payment_demo"

urlpatterns = [path("payment", called_back, name="called-back")]
