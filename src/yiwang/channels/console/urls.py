from django.urls import path

from yiwang.channels.console import calendars, overview, payments, rules, set_aside, supervision

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
    path("payments", payments.payments, name="payments"),
    path("supervision", supervision.cards, name="cards"),
    path("supervision/cards/<uuid:card_id>", supervision.card, name="card"),
    path("supervision/cards/<uuid:card_id>/annotation", supervision.annotate, name="annotate_card"),
    path("supervision/cards/<uuid:card_id>/finding", supervision.close, name="close_card"),
    path("supervision/rules", supervision.rules, name="card_rules"),
    path("supervision/rules/<slug:key>", supervision.change_rule, name="change_card_rule"),
    path("rules", rules.rule_list, name="rules"),
    path("rules/new", rules.begin_rule, name="open_rule"),
    path("rules/<uuid:rule_id>", rules.edit_rule, name="rule"),
    path("rules/<uuid:rule_id>/dry-run", rules.try_rule, name="try_rule"),
    path("rules/<uuid:rule_id>/publication", rules.put_in_force, name="publish_rule"),
    path("rules/<uuid:rule_id>/stop", rules.take_out_of_force, name="stop_rule"),
    path("rules/<uuid:rule_id>/import", rules.import_rule, name="import_rule"),
    path("rules/<uuid:rule_id>/versions/<int:version>", rules.rule_version, name="rule_version"),
    path("rules/<uuid:rule_id>/versions/<int:version>/jdm", rules.rule_document, name="rule_document"),
]
