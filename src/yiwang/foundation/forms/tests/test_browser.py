"""What form.js decides in the browser is what the server decides: the same answers through both."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.foundation.forms import compile_form
from yiwang.foundation.forms.conditions import is_blank
from yiwang.foundation.forms.reading import _read_date, read_number
from yiwang.foundation.forms.tests.examples import form_of
from yiwang.foundation.forms.tests.test_properties import answered

SCRIPT = Path(__file__).parents[3] / "channels" / "ui" / "static" / "yiwang" / "form.js"
LOOP = """
require(process.argv[1]);
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const [name, ...given] = JSON.parse(line);
  const found = globalThis.yiwangForms[name](...given);
  console.log(JSON.stringify({ found: found === undefined ? "unreadable" : found }));
});
"""
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="no node on this machine: npm brings it")


class Script:
    """form.js in a process of its own."""

    def __init__(self) -> None:
        assert NODE
        self.process = subprocess.Popen(
            [NODE, "-e", LOOP, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, *call: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(call) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["found"]


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    found = Script()
    yield found
    found.process.kill()
    found.process.wait()


@given(answered())
@settings(max_examples=300, deadline=None)
def test_the_browser_shows_what_the_server_asks(script: Script, case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    definition, answers = case
    form = compile_form(definition)
    for page in form.visible_pages(answers):
        questions = [{"key": f.key, "when": f.raw_when, "value": answers.get(f.key)} for f in page.fields]
        earlier = [f for f in form.visible_fields(answers) if f.page < page.key]
        asked = script.ask("visible", questions, form.seen({f.key for f in earlier}, answers))
        assert asked == [f.key for f in form.visible_fields(answers) if f.page == page.key]


TYPED = st.text(
    alphabet=st.one_of(
        st.sampled_from("0123456789０９.．-+,， _¥￥元年\u3000\u200b\u2800"), st.characters(max_codepoint=0x2FFF)
    ),
    max_size=20,
)


@given(TYPED, st.sampled_from(["number", "money"]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_numbers_are_read_alike(script: Script, typed: str, kind: str, whole: bool) -> None:
    whole = whole or kind == "money"
    form = compile_form(form_of({"type": "integer" if whole else "number"}, widget=kind))
    reading = read_number(typed, form.fields["q"])
    expected = "unreadable" if reading.fault else reading.value
    assert script.ask("readNumber", typed, kind, whole) == expected


@given(st.lists(TYPED | st.integers(-5, 2030).map(str), min_size=3, max_size=3))
@settings(max_examples=200, deadline=None)
def test_dates_are_read_alike(script: Script, boxes: list[str]) -> None:
    expected = _read_date(dict(zip(("year", "month", "day"), boxes, strict=True))).value
    assert script.ask("readDate", boxes) == expected


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | TYPED,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_the_same_answers_say_nothing(script: Script, value: Any) -> None:
    assert script.ask("isBlank", value) == is_blank(value)
