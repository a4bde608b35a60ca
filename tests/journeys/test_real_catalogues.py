"""One item of each real catalogue, by the standard application, in the browser and again through the API."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PHONE, Visitor
from tests.journeys.people import declare_and_submit, fetch_pdf, fill_form, press, sign_in
from tests.journeys.test_thread import photo, wait_for  # noqa: F401  (a fixture)
from tests.province import Province

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "catalogue"
CATALOGUES = {
    "guangdong": SHARED / "services_guangdong_2021.jsonl",
    "sichuan": SHARED / "services_guangan_county_2025.csv",
}


@pytest.fixture(scope="module")
def loaded(province: Province) -> dict[str, dict[str, str]]:
    """Load both real catalogues and appoint an official at the office of one item of each."""
    if not SHARED.exists():
        pytest.skip("the real catalogues are not beside this checkout")
    chosen = {}
    for source, path in CATALOGUES.items():
        done = province.run("catalogue", "load", str(path))
        assert done.returncode == 0, done.stderr
        chosen[source] = choose(province, source)
    return chosen


def choose(province: Province, source: str) -> dict[str, str]:
    """Return an item of a catalogue that a person may apply for, with an official appointed at its office."""
    script = (
        "from yiwang.domains.catalogue.models import Item\n"
        "from yiwang.domains.catalogue.policies import may_be_applied_for\n"
        "from yiwang.domains.catalogue.queries import guide\n"
        f"codes = Item.objects.filter(source='{source}').order_by('code').values_list('code', flat=True)\n"
        "item = next(g for g in (guide(c) for c in codes) if g.can_apply and (not g.content.audience or "
        "'person' in g.content.audience) and (g.source != 'guangdong' or g.content.materials))\n"
        "print(item.code, item.office_code)\n"
    )
    done = province.run("manage", "shell", "-v", "0", "-c", script)
    assert done.returncode == 0, done.stderr
    code, office = done.stdout.split()[-2:]
    email = f"{source}@demo.example"
    appointed = province.run(
        "staff", "add", "--email", email, "--name", "试用官", "--office", office, "--roles", "window,reviewer,head"
    )
    assert appointed.returncode == 0, appointed.stderr
    return {"code": code, "token": official_token(province, source)}


def official_token(province: Province, source: str) -> str:
    """Return a bearer token of the official just appointed."""
    return province.token(source, staff=True)


@pytest.mark.parametrize("source", CATALOGUES)
def test_the_standard_application_in_the_browser(
    province: Province,
    loaded: dict[str, dict[str, str]],
    visitor: Callable[..., Visitor],
    accessible: Callable[[Any], None],
    fits: Callable[[Any], None],
    photo: Path,  # noqa: F811
    source: str,
    tmp_path: Path,
) -> None:
    """A person applies on a phone; the official decides by API; a sealed letter comes back."""
    page = visitor(size=PHONE).page
    page.goto(f"{province.address}/items/{loaded[source]['code']}")
    accessible(page)
    fits(page)
    assert "未公布" in page.inner_text("main")
    press(page, "a:has-text('开始申请') >> visible=true")
    sign_in(page, province, "zhouzihan")
    uploads = _Everything(photo)
    fill_form(page, {"request": "请按规定办理这一事项。"}, uploads)
    accessible(page)
    number = declare_and_submit(page)
    decide(province, number, loaded[source]["token"])
    wait_for(page, "办好", seconds=30)
    letter = page.get_attribute("main a[href*='/documents/']:has-text('决定书')", "href")
    check_at_the_door(province, visitor, fetch_pdf(page, province.address + str(letter)), tmp_path)


def check_at_the_door(province: Province, visitor: Callable[..., Visitor], pdf: bytes, folder: Path) -> None:
    """Have a stranger verify the letter."""
    (folder / "letter.pdf").write_bytes(pdf)
    page = visitor(size=PHONE).page
    page.goto(f"{province.address}/verify")
    page.set_input_files("input[type=file]", str(folder / "letter.pdf"))
    press(page, "main form:has(input[type=file]) button[type=submit]")
    assert "真的" in page.inner_text("main"), page.inner_text("main")[:500]


@pytest.mark.parametrize("source", CATALOGUES)
def test_the_standard_application_through_the_api(
    province: Province, loaded: dict[str, dict[str, str]], source: str
) -> None:
    """The same, machine to machine: form, papers, case, decision, letter, rating."""
    person, code = province.token("zhouzihan"), loaded[source]["code"]
    status, form = province.ask("GET", f"/items/{code}/form")
    assert status == 200
    required = form["schema"]["required"]
    answers: dict[str, Any] = {"request": "请按规定办理这一事项。"}
    known = {"applicant_name": "周子涵", "applicant_id_number": "339942200409050286", "applicant_phone": "19900000103"}
    answers |= {key: value for key, value in known.items() if key in form["schema"]["properties"]}
    answers |= {key: [province.upload(person)] for key in required if key.startswith("paper_")}
    key = f"journey-{source}"
    status, case = province.ask("POST", "/cases", {"item": code, "answers": answers}, token=person, key=key)
    assert status == 201, case
    assert province.ask("POST", "/cases", {"item": code, "answers": answers}, token=person, key=key)[1] == case
    decide(province, case["number"], loaded[source]["token"])
    end, state = time.monotonic() + 30, ""
    while state != "closed":
        assert time.monotonic() < end, state
        time.sleep(0.5)
        state = province.ask("GET", f"/cases/{case['number']}", token=person)[1]["state"]["code"]
    rated = province.ask("POST", f"/cases/{case['number']}/rating", {"grade": "satisfied"}, token=person)
    assert rated[0] in {200, 201}, rated


class _Everything(dict[str, Path]):
    """Gives the same picture for every upload that a form asks for."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def __contains__(self, key: object) -> bool:
        return str(key).startswith("paper_")

    def __missing__(self, key: str) -> Path:
        return self.path


def decide(province: Province, number: str, token: str) -> None:
    """Accept, review and grant through the API."""
    for step, body in (
        ("acceptance", {}),
        ("review", {"verdict": "support", "opinion": "材料齐全，符合规定。"}),
        ("decision", {"grant": True, "reason": ""}),
    ):
        status, answer = province.ask("POST", f"/desk/cases/{number}/{step}", body, token=token)
        assert status in {200, 201}, (step, status, answer)
