"""Decision tables of the demo: written, tried on the past cases and published by the heads of their offices, then used."""

from typing import Any

from yiwang.config.demo.playing import person_of, story_answers
from yiwang.config.demo.reading import by_key, item_codes, read_yaml
from yiwang.config.demo.stories import Story
from yiwang.domains.cases.actions import submit_case
from yiwang.domains.identity.models import Staff
from yiwang.domains.rules.actions import ask_for_dry_run, open_rule, publish_rule, save_rule_draft
from yiwang.domains.rules.models import Rule
from yiwang.domains.rules.queries import inputs_for
from yiwang.domains.rules.tables import Column, Row, Table, Trial
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today
from yiwang.foundation.forms.texts import Text
from yiwang.foundation.jobs.worker import work_until_idle


def play_rules() -> None:
    """Publish the tables behind the past, so that what people decided then is there to try them on; then hand cases in."""
    codes = item_codes()
    for told in read_yaml("rules.yaml")["rules"]:
        _publish(told, codes[told["item"]])
    work_until_idle()
    for number, told in enumerate(read_yaml("rules.yaml")["cases"]):
        variant = read_yaml("stories.yaml")["variants"][told["item"]][told["variant"]]
        story = Story(f"rule-{number}", told["item"], told["person"], None, {**variant, **told["with"]}, today())
        answers = story_answers(story.answers, story)
        submit_case(item_code=codes[story.item], answers=answers, key=f"story:{story.key}", by=person_of(story))
    work_until_idle()


def _publish(told: dict[str, Any], item_code: str) -> None:
    by = _official(told["by"])
    rule = open_rule(kind=told["kind"], item_code=item_code, by=by)
    draft = save_rule_draft(rule_id=rule.pk, table=table_told(told, rule), revision=rule.draft.revision, by=by)
    ask_for_dry_run(rule_id=rule.pk, revision=draft.revision, by=by)
    work_until_idle()
    publish_rule(rule_id=rule.pk, revision=draft.revision, differences_seen=True, by=by)


def _official(key: str) -> Actor:
    staff = Staff.objects.get(account__email=by_key("people.yaml", "staff")[key]["email"])
    roles = frozenset(staff.roles)
    return Actor(kind="staff", id=staff.pk, office=staff.office_id, channel="desk", assurance=3, roles=roles)


def table_told(told: dict[str, Any], rule: Rule) -> Table:
    """Return a table as its file tells it; kinds and choices come from what the item really asks."""
    known = {one.key: one for one in inputs_for(rule)}
    columns = tuple(
        Column(c["input"], Text(**c["word"]), known[c["input"]].kind, c["op"], known[c["input"]].options)
        for c in told["columns"]
    )
    return Table(
        columns=columns,
        rows=tuple(Row(tuple(r["cells"]), r["outcome"], Text(**r["note"])) for r in told["rows"]),
        trials=tuple(Trial(t["name"], t["values"], t["expect"]) for t in told["trials"]),
        last=Text(**told["last"]),
        sample_percent=told.get("sample_percent", 5),
        presets=told.get("presets", {}),
    )
