"""The whole path through HTTP: search, guide, form, paper, case, desk, certificate, verification, rating."""

import base64

import pytest

from tests.openapi.town import Caller, Town
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.merkle import verify_inclusion

pytestmark = pytest.mark.django_db


def grant(town: Town, number: str) -> None:
    steps = (
        (town.window, "acceptance", {}),
        (town.reviewer, "review", {"verdict": "support", "opinion": "图纸与现场一致"}),
        (town.head, "decision", {"grant": True}),
    )
    revision = 1
    for who, step, body in steps:
        done = who.post(f"/desk/cases/{number}/{step}", {**body, "revision": revision})
        assert done.status_code == 200, done.content
        revision = done.json()["revision"]
    work_until_idle()


def test_from_ones_own_words_to_a_rated_certificate(town: Town) -> None:
    found = town.nobody.get("/items?q=开一家面馆&region=330106").json()
    assert found["confident"] is True
    assert found["items"][0]["code"] == town.permit, found
    assert found["items"][0]["name"] == {"zh": "开一家面馆", "en": "Open a noodle shop"}
    guide = town.nobody.get(f"/items/{town.permit}").json()
    assert guide["can_apply"] and guide["guide"]["promised_limit"] == {"amount": 5, "unit": "workday"}
    notice = town.nobody.get(f"/items/{town.permit}/notice").json()["answers"]
    assert notice[0]["question"]["zh"] == "我能办吗"
    assert len(notice) == 6
    form = town.me.get(f"/items/{town.permit}/form").json()
    assert set(form["schema"]["required"]) == {"shop_name", "owner_id", "area", "plan"}
    receipt = town.hand_in()
    number = receipt["number"]
    case = town.me.get(f"/cases/{number}").json()
    assert case["state"]["code"] == "submitted" and case["can"] == ["withdraw"]
    assert "*" in case["answers"]["owner_id"] and case["answers"]["area"] == 86.5
    assert case["papers"][0]["material"] == "plan"
    grant(town, number)
    case = town.me.get(f"/cases/{number}").json()
    assert (case["state"]["code"], case["outcome"], case["is_open"]) == ("closed", "granted", False)
    assert [d["kind"] for d in case["documents"]] == ["receipt", "acceptance", "grant"]
    mine = town.me.get("/certificates").json()["items"]
    assert [c["id"] for c in mine] == [case["certificate"]]
    certificate = town.me.get(f"/certificates/{case['certificate']}").json()
    assert certificate["is_in_force"] and certificate["face"][-1]["value"] == "小满面馆"
    pdf = town.me.get(f"/certificates/{case['certificate']}/document?format=pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert town.nobody.send_file("/verify", pdf.content, "x.pdf").json()["verdict"] == "valid"
    changed = pdf.content[:-900] + b"0" + pdf.content[-899:]
    assert town.nobody.send_file("/verify", changed, "x.pdf").json()["verdict"] == "altered"
    for text in (certificate["identifier"], certificate["verify_code"], certificate["number"]):
        verdict = town.nobody.post("/verify", {"text": text}).json()
        assert verdict["verdict"] == "valid"
        assert "林晓岚" not in str(verdict)
    rated = town.me.post(f"/cases/{number}/rating", {"grade": "satisfied", "comment": "快"})
    assert rated.status_code == 201
    assert town.me.get(f"/cases/{number}").json()["rating"]["grade"] == "satisfied"


def test_receipt_as_data_and_as_pdf(town: Town) -> None:
    receipt = town.hand_in()
    address = receipt["receipt"]["url"].removeprefix("/api/v1")
    early = town.me.get(f"{address}?format=pdf")
    assert early.status_code == 409 and early.headers["Retry-After"]
    work_until_idle()
    data = town.me.get(address).json()
    assert data["number"] == receipt["receipt"]["number"] and data["signature"].count(".") == 2
    pdf = town.me.get(f"{address}?format=pdf")
    assert pdf.content.startswith(b"%PDF-") and "no-store" in pdf.headers["Cache-Control"]
    assert town.nobody.post("/verify", {"text": data["number"]}).json()["verdict"] == "valid"
    missing = town.me.get(f"{address}?format=ofd")
    assert missing.status_code == 406 and "pdf" in missing.json()["detail"]


def test_a_draft_is_prefilled_saved_and_handed_in(town: Town) -> None:
    draft = town.me.post("/drafts", {"item": town.permit}).json()
    assert "*" in draft["answers"]["owner_id"] and draft["sources"] == {"owner_id": "person.id_number"}
    assert {p["pointer"] for p in draft["problems"]} == {"/answers/shop_name", "/answers/area", "/answers/plan"}
    assert town.me.post("/drafts", {"item": town.permit}).json()["id"] == draft["id"]
    answers = {**draft["answers"], "shop_name": "小满", "area": 12, "plan": [town.paper()]}
    saved = town.me.ask("PUT", f"/drafts/{draft['id']}", {"answers": answers}).json()
    assert saved["problems"] == []
    first = town.me.post(f"/drafts/{draft['id']}/submission")
    again = town.me.post(f"/drafts/{draft['id']}/submission")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert town.me.get(f"/drafts/{draft['id']}").status_code == 404
    assert len(town.me.get("/cases").json()["items"]) == 1


def test_a_draft_keeps_no_answer_that_the_form_does_not_ask_for(town: Town) -> None:
    draft = town.me.post("/drafts", {"item": town.permit}).json()
    refused = town.me.ask("PUT", f"/drafts/{draft['id']}", {"answers": {"secret/x": 1}})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/answers/secret~1x"


def test_a_correction_changes_only_what_was_asked_for(town: Town) -> None:
    number = town.hand_in()["number"]
    body = {"items": [{"field": "shop_name", "text": "写全称"}]}
    assert town.window.post(f"/desk/cases/{number}/correction-request", body).status_code == 200
    case = town.me.get(f"/cases/{number}").json()
    assert case["correction"]["items"] == [{"field": "shop_name", "text": "写全称"}]
    assert set(case["can"]) == {"supply_correction", "withdraw"}
    sent = {"answers": {"shop_name": "小满面馆总店", "owner_id": case["answers"]["owner_id"]}}
    done = town.me.post(f"/cases/{number}/corrections", sent)
    assert done.json()["state"]["code"] == "submitted", done.content
    after = town.me.get(f"/cases/{number}").json()
    assert after["answers"] == {**case["answers"], "shop_name": "小满面馆总店"}
    again = town.window.post(f"/desk/cases/{number}/correction-request", body)
    assert again.status_code == 409 and again.json()["type"] == "urn:yiwang:problem:told_already"


def test_withdrawal_and_a_stale_revision(town: Town) -> None:
    number = town.hand_in()["number"]
    stale = town.me.post(f"/cases/{number}/withdrawal", {"revision": 7})
    assert stale.status_code == 409 and stale.json()["type"].endswith(":stale")
    assert town.me.post(f"/cases/{number}/withdrawal", {"revision": 1}).json()["state"]["code"] == "withdrawn"
    assert town.me.post(f"/cases/{number}/withdrawal", {}).status_code == 409


def test_an_instant_item_is_decided_by_the_machine(town: Town) -> None:
    body = {"item": town.notice, "answers": {"shop_name": "小满"}}
    number = town.me.post("/cases", body, idempotency_key="n1").json()["number"]
    work_until_idle()
    case = town.me.get(f"/cases/{number}").json()
    assert case["state"]["code"] == "closed"
    letter = next(d for d in case["documents"] if d["kind"] == "letter")
    pdf = town.me.get(letter["url"].removeprefix("/api/v1") + "?format=pdf")
    assert town.nobody.send_file("/verify", pdf.content).json() | {"facts": 0, "checks": 0} == {
        "verdict": "valid", "reasons": ["签发记录在库，已经盖章"], "kind": "document", "facts": 0, "checks": 0, "differences": [],
    }  # fmt: skip


def test_the_standard_application_serves_where_a_source_has_no_form(town: Town) -> None:
    form = town.nobody.get(f"/items/{town.standard}/form").json()
    assert form["is_standard"] and "request" in form["schema"]["required"]
    draft = town.me.post("/drafts", {"item": town.standard}).json()
    answers = {**draft["answers"], "request": "查 1998 年的房屋档案"}
    town.me.ask("PUT", f"/drafts/{draft['id']}", {"answers": answers})
    assert town.me.post(f"/drafts/{draft['id']}/submission").status_code == 201


def test_for_a_firm(town: Town) -> None:
    body = {"item": town.firms_only, "answers": {"shop_name": "小满"}}
    alone = town.me.post("/cases", body, idempotency_key="f1")
    assert alone.status_code == 409 and alone.json()["type"].endswith(":firm_needed")
    for_firm = {**body, "on_behalf_of": town.firm.credit_code}
    number = town.me.post("/cases", for_firm, idempotency_key="f1").json()["number"]
    assert town.me.get(f"/cases/{number}").status_code == 404
    assert (
        town.me.get(f"/cases/{number}?on_behalf_of={town.firm.credit_code}").json()["applicant_name"] == town.firm.name
    )
    stranger = town.neighbour.post("/cases", for_firm, idempotency_key="f1")
    assert stranger.status_code == 403 and stranger.json()["type"].endswith(":not_your_firm")


def test_the_desk_sees_its_queue_and_says_why_it_looks(town: Town) -> None:
    from yiwang.foundation.reads.models import Read

    number = town.hand_in()["number"]
    assert [c["number"] for c in town.window.get("/desk/cases?which=acceptance").json()["items"]] == [number]
    assert town.elsewhere.get("/desk/cases").json()["items"] == []
    seen = town.window.get(f"/desk/cases/{number}?reason=核对面积").json()
    assert "*" in seen["answers"]["owner_id"] and seen["opinions"] == []
    read = Read.objects.get()
    assert (read.person_id, read.what, read.reason) == (town.applicant.pk, "case", "核对面积")
    assert town.window.post(f"/desk/cases/{number}/claim").status_code == 200
    taken = town.reviewer.post(f"/desk/cases/{number}/claim")
    assert taken.status_code == 409 and taken.json()["type"].endswith(":claimed_by_other")
    handed = town.window.post(f"/desk/cases/{number}/hand-over", {"staff": str(town.staff.pk)})
    assert handed.status_code == 200


def test_refusals_are_given_in_writing(town: Town) -> None:
    number = town.hand_in()["number"]
    town.window.post(f"/desk/cases/{number}/acceptance", {})
    town.reviewer.post(f"/desk/cases/{number}/review", {"verdict": "oppose", "opinion": "面积不符"})
    bare = town.head.post(f"/desk/cases/{number}/decision", {"grant": False})
    assert bare.status_code == 422
    assert town.head.post(f"/desk/cases/{number}/decision", {"grant": False, "reason": "面积不符"}).status_code == 200
    other = town.hand_in("k2")["number"]
    body = {"ground": "incomplete", "reason": "缺主要材料，经告知仍未补正"}
    done = town.window.post(f"/desk/cases/{other}/refusal-to-accept", body)
    assert done.status_code == 200, done.content
    assert done.json()["is_open"] is False


def test_a_fact_of_a_case_is_proved_in_the_journal(town: Town) -> None:
    number = town.hand_in()["number"]
    work_until_idle()
    leaf = town.me.get(f"/cases/{number}").json()["timeline"][0]["leaf"]
    proof = town.nobody.get(f"/journal/proof/{leaf}").json()
    head = town.nobody.get("/journal/checkpoint").json()
    assert proof["checkpoint"] == head
    plain = [base64.b64decode(one) for one in proof["path"]]
    assert verify_inclusion(base64.b64decode(proof["hash"]), leaf, head["size"], plain, base64.b64decode(head["root"]))
    assert town.nobody.get("/journal/proof/99999999999999999999999").status_code == 404


def test_who_am_i(town: Town) -> None:
    me = town.me.get("/me").json()
    assert me["kind"] == "person" and me["level"] == 2 and "晓" not in me["name"]
    assert me["firms"][0]["credit_code"] == town.firm.credit_code
    assert town.head.get("/me").json()["roles"] == ["head"]


def test_lists_are_paged_by_cursors(town: Town) -> None:
    codes: list[str] = []
    after = ""
    while True:
        page = town.nobody.get(f"/items?limit=2&cursor={after}").json()
        codes += [item["code"] for item in page["items"]]
        if not page["next"]:
            break
        after = page["next"]
    assert codes == sorted([town.permit, town.notice, town.standard, town.firms_only, town.fine])
    for n in range(3):
        town.hand_in(f"p{n}")
    first = town.me.get("/cases?limit=2").json()
    rest = town.me.get(f"/cases?limit=2&cursor={first['next']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    queue = town.window.get("/desk/cases?limit=2").json()
    assert len(town.window.get(f"/desk/cases?limit=2&cursor={queue['next']}").json()["items"]) == 1
    assert town.nobody.get("/items?cursor=bm9wZQ").status_code == 200
    assert town.me.get("/cases?cursor=bm9wZQ").status_code == 422


def test_lists_by_region_and_audience(town: Town) -> None:
    assert town.nobody.get("/items?region=330110").json()["items"] == []
    assert len(town.nobody.get("/items?region=330106").json()["items"]) == 5
    firms = town.nobody.get("/items?audience=enterprise").json()["items"]
    assert {i["code"] for i in firms} == {town.permit, town.firms_only}
    nothing = town.nobody.get("/items?q=zzzqqq").json()
    assert (nothing["items"], nothing["confident"], nothing["next"]) == ([], False, None)


def test_regions_and_offices(town: Town) -> None:
    assert [r["code"] for r in town.nobody.get("/regions").json()["items"]] == ["33"]
    below = town.nobody.get("/regions?parent=3301&limit=1").json()
    assert [r["code"] for r in below["items"]] == ["330106"]
    rest = town.nobody.get(f"/regions?parent=3301&cursor={below['next']}").json()
    assert [r["code"] for r in rest["items"]] == ["330110"] and rest["next"] is None
    assert [o["code"] for o in town.nobody.get("/offices?region=330106").json()["items"]] == [town.office.code]


def test_numbers_of_a_source_that_nobody_checked_are_left_out(town: Town) -> None:
    from yiwang.domains.catalogue.models import Item

    assert town.nobody.get(f"/items/{town.standard}").json()["guide"]["contact"]["consult"] == "020-12345678"
    Item.objects.filter(pk=town.standard).update(source="guangdong")
    assert town.nobody.get(f"/items/{town.standard}").json()["guide"]["contact"]["consult"] == ""


def test_what_is_done_ex_officio_takes_no_application(town: Town) -> None:
    assert town.nobody.get(f"/items/{town.fine}").json()["can_apply"] is False
    assert town.me.post("/drafts", {"item": town.fine}).status_code == 409
    assert isinstance(town.nobody, Caller)
