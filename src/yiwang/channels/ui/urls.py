from django.urls import path

from yiwang.channels.ui import looks

app_name = "ui"

urlpatterns = [
    path("look", looks.set_look, name="look"),
    path("language", looks.set_language, name="language"),
]
