from django.urls import path

from yiwang.channels.console import calendars, overview, set_aside

app_name = "console"

urlpatterns = [
    path("", overview.home, name="home"),
    path("set-aside", set_aside.set_aside_list, name="set_aside"),
    path("set-aside/facts/<int:retry_id>", set_aside.run_fact_again, name="rerun_fact"),
    path("set-aside/jobs/<uuid:job_id>", set_aside.run_job_again, name="rerun_job"),
    path("searches", overview.searches, name="searches"),
    path("catalogue", overview.catalogue, name="catalogue"),
    path("calendar", calendars.calendar_page, name="calendar"),
    path("calendar/days", calendars.enter_day, name="enter_day"),
    path("calendar/years", calendars.enter_year, name="enter_year"),
    path("journal", overview.journal, name="journal"),
]
