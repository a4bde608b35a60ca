"""Every page that somebody can open: its name, who opens it, how one gets there, and what it is for in both languages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.journeys.procedure_ways import correctable, for_the_firm

FOOD = "11339900YW0000055D4330199003000"
INSTANT = "11339900YW0000020T3332099001000"
RENT = "11339900YW0000039P3332099005000"
MARKET = "11339900YW0000055D"
MOVING = "11339900YW000007134330799020000"
COMPANY = "11339900YW0000055D4330199036000"
HALL = "demo-civic"
VISITING, NUMBER = "王秀英", "339921195602020286"
"""A demo person who comes to a window; division 3399xx is held by nobody."""

VISITOR, PERSON, APPLYING, CORRECTING, RATING = "", "ouyangmuqing", "wuhaiyan", "annamaria", "xuhaoran"
BOOKED = "linxiaolan"
"""Somebody who has an appointment."""
SUPERVISOR = "supervisor"
OFFICIAL, WINDOW, OPERATOR = "head", "window", "admin"
FOR_A_FIRM, BAKER = "gaorui", "wuhaiyan"
"""Who acts for firms whose cases went off the ordinary way."""
NEWCOMER = "newcomer"
"""Somebody who has just signed up and has nothing yet."""
OFFERED = "wangxiuying"
"""Somebody whom a rule found to qualify for something."""

Way = Callable[[Any, str], str]


@dataclass(frozen=True)
class Page:
    """One page. `way` is its path, or finds it: `way(page, address)` may click its way there and returns the path."""

    name: str
    who: str
    way: str | Way
    zh: str
    en: str


def link(start: str, part: str, more: str = "", within: str = "main") -> Way:
    """Return the way over the first link of a page whose address holds `part`, within what a selector names."""

    def go(page: Any, address: str) -> str:
        page.goto(address + start)
        found = page.get_attribute(f"{within} a[href*='{part}']", "href")
        assert found, f"{start} has no link to {part}"
        return str(found) + more

    return go


def pressed(start: str, button: str) -> Way:
    """Return the way over a button; the page that answers is the one that is looked at."""

    def go(page: Any, address: str) -> str:
        page.goto(address + start)
        with page.expect_navigation():
            page.click(button)
        return ""

    return go


def suggested(page: Any, address: str) -> str:
    """Type a little on the front page, so that the list of suggestions is open."""
    page.goto(f"{address}/")
    page.click("#q")
    page.keyboard.type("开面")
    page.wait_for_selector("[role=option]")
    return ""


def form_page(item: str, step: str) -> Way:
    """Return the way to one page of the application for an item."""

    def go(page: Any, address: str) -> str:
        page.goto(f"{address}/items/{item}/apply")
        return f"/items/{item}/apply/{step}"

    return go


def family_member(page: Any, address: str) -> str:
    """Begin one entry of a group: a page of its own."""
    page.goto(address + form_page(MOVING, "with")(page, address))
    page.check("[name=with_others][value=with]")
    page.check("[name=post][value=electronic]")
    page.check("[name=truth]")
    with page.expect_navigation():
        page.click("button[name=members-add]")
    return ""


def askable(page: Any, address: str) -> str:
    """Return the page that asks for a correction, of the first case that may still be asked for one."""
    page.goto(f"{address}/desk/?show=acceptance")
    cases = page.eval_on_selector_all("main a[href*='/desk/cases/']", "all => all.map(one => one.getAttribute('href'))")
    for case in cases:
        page.goto(f"{address}{case}/correction-request")
        if page.url.endswith("/correction-request"):
            return ""
    raise AssertionError("nobody may be asked for a correction")


def received(page: Any, address: str) -> str:
    """Identify the person before the window, unless they are being served already."""
    page.goto(f"{address}/desk/counter")
    if page.url.endswith("/desk/counter"):
        page.fill("[name=name]", VISITING)
        page.fill("[name=id_number]", NUMBER)
        page.check("[name=evidence]")
        with page.expect_navigation():
            page.click("main form button[type=submit]")
    return ""


def counter_form(page: Any, address: str) -> str:
    """Begin, with the person before the window, the first application that they may mean."""
    received(page, address)
    page.goto(f"{page.url.split('?')[0]}?q=个体工商户设立登记")
    with page.expect_navigation():
        page.click("main form[action$='/start'] button")
    return ""


def looked_for(page: Any, address: str) -> str:
    """Look for words in the queue that nothing has: they stand in no address, so the form is what leads there."""
    page.goto(f"{address}/desk/")
    page.fill("#dq", "zzqqxx")
    with page.expect_navigation():
        page.press("#dq", "Enter")
    return str(page.url.removeprefix(address))


def picked(page: Any, address: str) -> str:
    """Pick a case of the queue and ask what accepting what was picked would do."""
    page.goto(f"{address}/desk/?show=acceptance")
    box = page.locator("[name=pick]").first
    if box.is_visible():
        box.check()
    else:  # a phone has no room for the boxes: all of the page, or none
        with page.expect_navigation():
            page.click("a[href*='all=1']")
    with page.expect_navigation():
        page.click("button[name=do][value=accept]")
    return ""


PAGES = [
    Page("home", VISITOR, "/", "首页：先说要办什么", "The front page: say what you need"),
    Page("home-firm", VISITOR, "/?audience=enterprise", "企业的首页", "The front page for firms"),
    Page("home-suggestions", VISITOR, suggested, "一边打字一边提示", "Suggestions as one types"),
    Page("search", VISITOR, "/search?q=想开一家面馆", "照平时的话找到的服务", "Services found from everyday words"),
    Page("search-why", VISITOR, "/search?q=开面馆&why=1", "为什么是这些结果", "Why these results"),
    Page("search-person", VISITOR, "/search/person?q=开面馆", "都不是？找人问", "None of these: whom to ask"),
    Page("search-none", VISITOR, "/search?q=zzqqxx", "没找到的时候", "When nothing is found"),
    Page("guide", VISITOR, f"/items/{FOOD}", "办事指南：先答六个问题", "A guide, six answers first"),
    Page("guide-instant", VISITOR, f"/items/{INSTANT}", "马上办好的事项", "An item that is decided at once"),
    Page("guide-sheet", VISITOR, f"/items/{FOOD}/print", "一次性告知单，一张 A4", "The guide on one sheet of A4"),
    Page("life", VISITOR, "/life/birth", "一件人生大事要办的", "What a moment in life needs"),
    Page("bundles", VISITOR, "/bundles/", "一件事，一次办", "One event in life, one form"),
    Page("bundle", VISITOR, "/bundles/birth", "生孩子要办的，一张表", "What a birth needs, on one form"),
    Page("joint-cases", "fangxiaoyu", "/me/joint", "我的一件事", "One's own joint applications"),
    Page(
        "joint-case",
        "fangxiaoyu",
        link("/me/joint", "/me/joint/"),
        "每一项像快递一样看",
        "Every part like a parcel on its way",
    ),
    Page("offices", VISITOR, "/offices", "按部门查找", "Offices, with where, when and the telephone"),
    Page("offices-none", VISITOR, "/offices?q=zzqqxx", "没有这样的部门", "No such office"),
    Page("office", VISITOR, f"/offices/{MARKET}", "一个部门管的服务", "An office and what it handles"),
    Page("halls", VISITOR, "/halls/", "办事大厅：现在人多不多", "Service halls: how busy they are"),
    Page("hall", VISITOR, f"/halls/{HALL}", "一个大厅：等多久，预约，取号", "A hall: the wait, booking, numbers"),
    Page("hall-screen", VISITOR, f"/halls/{HALL}/screen", "大厅的叫号大屏", "The big screen of a hall"),
    Page("reviews", VISITOR, "/reviews/", "好差评，全部公开", "All ratings in public"),
    Page("reviews-none", VISITOR, "/reviews/?q=zzqqxx", "没有评价这样说", "No rating says so"),
    Page("progress", VISITOR, "/progress", "不登录查进度", "Follow a case without signing in"),
    Page("lookup", VISITOR, "/lookup", "一个框，什么都能查", "One box for whatever you hold"),
    Page("decisions", VISITOR, "/decisions/", "公开的许可决定", "Permits that were granted, in public"),
    Page("pay", VISITOR, "/pay", "凭缴款码缴费，不用登录", "Pay a notice without signing in"),
    Page("verify", VISITOR, "/verify", "验证证照真伪", "Is this certificate real?"),
    Page(
        "verify-unknown", VISITOR, "/verify?code=YS0000000000000000", "查不到的证照", "A certificate that nobody issued"
    ),
    Page("sign-in", VISITOR, "/sign-in", "登录：密码，或者通行密钥", "Sign in: password or passkey"),
    Page(
        "sign-in-wrong",
        VISITOR,
        pressed("/sign-in", "main form button[type=submit]"),
        "登录填漏了",
        "Signing in with nothing filled in",
    ),
    Page("sign-up", VISITOR, "/sign-up", "用手机号注册", "Sign up with a mobile number"),
    Page("forgotten", VISITOR, "/password/reset", "忘了密码", "A forgotten password"),
    Page("error-400", VISITOR, "/search?q=%00", "网址读不懂", "An address that cannot be read (400)"),
    Page("error-404", VISITOR, "/items/no-such-item", "没有这一页", "No such page (404)"),
    Page("api", VISITOR, "/api/v1/docs", "开发者接口", "The API, for programs"),
    Page("me", PERSON, "/me/", "我的：等你来办的事", "What waits for me"),
    Page("cases", PERSON, "/me/cases", "我的办件", "My cases"),
    Page(
        "case",
        PERSON,
        link("/me/cases", "/me/cases/"),
        "一件的进展、期限和下一步",
        "A case: how far, by when, what next",
    ),
    Page("receipt", PERSON, link("/me/cases", "/me/cases/", "/receipt"), "收件凭证", "The receipt"),
    Page("withdraw", PERSON, link("/me/cases", "/me/cases/", "/withdraw"), "撤回申请", "Take an application back"),
    Page("certificates", PERSON, "/me/certificates", "证照夹", "My certificates"),
    Page("certificate", PERSON, link("/me/certificates", "/me/certificates/"), "出示一张证照", "Show a certificate"),
    Page("payments", PERSON, "/me/payments", "我的缴费", "My payments"),
    Page(
        "charge",
        PERSON,
        link("/me/payments", "/me/payments/"),
        "一笔缴费：凭什么收",
        "A charge, each fee with its rule",
    ),
    Page("messages", PERSON, "/me/messages", "消息", "Messages"),
    Page("message", PERSON, link("/me/messages", "/me/messages/"), "一条消息", "A message"),
    Page("papers", PERSON, "/me/papers", "我的材料", "My papers"),
    Page("appointments", BOOKED, "/me/appointments", "我的预约", "My appointments"),
    Page("appointment", BOOKED, link("/me/appointments", "/me/appointments/"), "一个预约", "An appointment"),
    Page("hall-book", PERSON, f"/halls/{HALL}/appointments/A", "选一个时间", "Choose a time"),
    Page("who-read", PERSON, "/me/who-read", "谁看过我的数据", "Who read my data"),
    Page("real-name", PERSON, "/me/real-name", "实名", "My real name"),
    Page("deliveries", PERSON, "/me/deliveries", "寄送：在路上的和到了的", "My parcels"),
    Page("delivery", PERSON, link("/me/deliveries", "/me/deliveries/"), "像包裹一样看到哪了", "A parcel's track"),
    Page("addresses", PERSON, "/me/addresses", "地址簿", "My address book"),
    Page("address", PERSON, "/me/addresses/new", "加一个地址", "A new address"),
    Page(
        "delivery-choice",
        PERSON,
        link("/me/cases", "/me/cases/", "/delivery", "main li:has(.tag[data-color=info])"),
        "结果怎么给我，材料怎么寄",
        "How the result comes, how papers go in",
    ),
    Page("passkeys", PERSON, "/me/passkeys", "通行密钥", "Passkeys"),
    Page("passkey-add", PERSON, "/me/passkeys/add", "添加通行密钥", "Add a passkey"),
    Page("password", PERSON, "/me/password", "改密码", "Change the password"),
    Page("confirm", PERSON, "/me/confirm", "改登录办法以前，再输一次密码", "The password again"),
    Page("sign-out", PERSON, "/sign-out", "退出", "Sign out"),
    Page("error-403", PERSON, "/desk/", "不是给你看的页", "A page for others (403)"),
    Page("error-404-mine", PERSON, "/me/cases/no-such-case", "没有这一件", "No such case (404)"),
    Page("apply", APPLYING, f"/items/{INSTANT}/apply", "申请：一页一件事", "Apply: one thing a page"),
    Page(
        "apply-errors",
        APPLYING,
        pressed(f"/items/{INSTANT}/apply", "main form .row > button[type=submit]"),
        "填漏了，说怎么改",
        "What is to be mended, and how",
    ),
    Page("form-table", PERSON, form_page(COMPANY, "money"), "一行一个，能加能删", "A table: rows added and removed"),
    Page("form-group", RATING, form_page(MOVING, "with"), "一组：一个一个加", "A group: one entry after the other"),
    Page("form-entry", RATING, family_member, "一组里的一个", "One entry of a group"),
    Page(
        "form-address",
        RATING,
        form_page(MOVING, "to"),
        "地址：一级一级选，或者找地名",
        "An address, step by step or by name",
    ),
    Page(
        "correction",
        CORRECTING,
        link("/me/", "/me/cases/", "/correction"),
        "补正：只改要你改的",
        "A correction: only what was asked for",
    ),
    Page("case-special", FOR_A_FIRM, for_the_firm("#h-sp"), "特别程序：时间为什么停着", "Why the clock stands still"),
    Page(
        "case-ended", FOR_A_FIRM, for_the_firm("#h-ob"), "终止了：为什么，不服怎么办", "Ended: why, and how to object"
    ),
    Page("case-more", FOR_A_FIRM, for_the_firm("#h-mo ~ p a", "/more"), "依法要求的补充", "More, as a law says"),
    Page("case-deferred", BAKER, for_the_firm("#h-de ~ p a", "/deferred"), "容缺：以后补的材料", "Papers to follow"),
    Page(
        "rate",
        RATING,
        link("/me/cases", "/me/cases/", "/rate", "main li:has(.tag[data-color=success])"),
        "评价",
        "Rate a finished case",
    ),
    Page(
        "item-rules",
        VISITOR,
        f"/items/{RENT}/rules",
        "系统照什么规则办，公布在这里",
        "The rules of the machine, in public",
    ),
    Page(
        "automatic",
        RATING,
        link("/me/cases", "/me/cases/", "/automatic"),
        "系统照规则怎么办的",
        "How the machine came to its verdict",
    ),
    Page("offer", OFFERED, link("/me/", "/me/offers/"), "免申即享：确认就行", "Found to qualify: only confirm"),
    Page("new-me", NEWCOMER, "/me/", "刚注册的人", "Somebody who has just signed up"),
    Page("new-cases", NEWCOMER, "/me/cases", "还没有办件", "No cases yet"),
    Page("new-certificates", NEWCOMER, "/me/certificates", "还没有证照", "No certificates yet"),
    Page("new-messages", NEWCOMER, "/me/messages", "还没有消息", "No messages yet"),
    Page("new-payments", NEWCOMER, "/me/payments", "还没有缴过费", "No payments yet"),
    Page("new-papers", NEWCOMER, "/me/papers", "还没有材料", "No papers yet"),
    Page("new-deliveries", NEWCOMER, "/me/deliveries", "没有寄送", "No parcels"),
    Page("new-addresses", NEWCOMER, "/me/addresses", "还没有地址", "No address yet"),
    Page("new-who-read", NEWCOMER, "/me/who-read", "还没有人看过", "Nobody has read anything yet"),
    Page("new-real-name", NEWCOMER, "/me/real-name", "先实名", "First the real name"),
    Page("queue", OFFICIAL, "/desk/", "工作台：最急的在前", "The desk, most urgent first"),
    Page("queue-none", OFFICIAL, looked_for, "没找到的件", "No such case on the desk"),
    Page("done", OFFICIAL, "/desk/done", "已办", "Finished cases"),
    Page("desk-case", OFFICIAL, link("/desk/", "/desk/cases/"), "一件：答复、材料、要做的", "A case on the desk"),
    Page("correction-request", WINDOW, askable, "一次告知补正", "Ask once for what is missing"),
    Page("correct-at-once", WINDOW, correctable, "当场更正", "A slip, corrected on the spot"),
    Page("desk-joint", OFFICIAL, "/desk/joint", "别的部门要我们写的意见", "Opinions that other offices ask for"),
    Page("desk-deliveries", OFFICIAL, "/desk/deliveries", "寄送和自取", "Parcels and pick-up of the office"),
    Page(
        "desk-delivery",
        WINDOW,
        link("/desk/deliveries?show=ready", "/desk/deliveries/"),
        "当面把结果交给本人",
        "Hand a result out at the window",
    ),
    Page("desk-certificates", OFFICIAL, "/desk/certificates", "本部门发的证照", "Certificates of the office"),
    Page(
        "desk-certificate",
        OFFICIAL,
        link("/desk/certificates", "/desk/certificates/"),
        "一张发出的证照",
        "A certificate that was issued",
    ),
    Page("desk-reviews", OFFICIAL, "/desk/reviews", "大家怎么评价我们", "What people say of the office"),
    Page("desk-automatic", OFFICIAL, "/desk/automatic", "抽查系统自动办的件", "Automatic decisions drawn for a look"),
    Page("hall-board", WINDOW, "/desk/halls/demo-xihu", "大厅：叫下一个", "The hall on the desk: call the next"),
    Page("counter", WINDOW, "/desk/counter", "窗口：谁来办事", "The counter: who is before you"),
    Page("reception", WINDOW, received, "接待：他要办什么", "Serving somebody at the counter"),
    Page("counter-form", WINDOW, counter_form, "窗口：一起填表", "The whole form, filled in together"),
    Page(
        "desk-cards", OFFICIAL, "/desk/cards?show=all", "本部门的预警、黄牌、红牌", "Warnings and cards of the office"
    ),
    Page(
        "desk-card",
        OFFICIAL,
        link("/desk/cards?show=all", "/desk/cards/"),
        "一张牌：说明来龙去脉",
        "A card to be explained",
    ),
    Page("desk-batch", WINDOW, picked, "一起办以前，先看一遍", "Several cases at once: first a preview"),
    Page("desk-print", OFFICIAL, "/desk/print?show=all", "打印待办清单", "The queue on paper"),
    Page("desk-case-print", OFFICIAL, link("/desk/", "/desk/cases/", "/print"), "打印一件", "A case on paper"),
    Page("notices", OFFICIAL, "/desk/notices", "工作通知", "What an official is told"),
    Page("absences", OFFICIAL, "/desk/absences", "请假和代办", "Absences and deputies"),
    Page("supervision", SUPERVISOR, "/console/supervision?show=all", "监察：各部门的牌", "Cards, for supervisors"),
    Page(
        "supervision-card",
        SUPERVISOR,
        link("/console/supervision?show=all", "/console/supervision/cards/"),
        "监察看一张牌，下结论",
        "A card, and the supervisor's finding",
    ),
    Page("card-rules", SUPERVISOR, "/console/supervision/rules", "出牌规则", "The rules that show cards"),
    Page("stats", VISITOR, "/stats/", "各部门办得怎么样，公开", "How the offices do, in public"),
    Page("office-stats", VISITOR, f"/stats/{MARKET}", "一个部门的数字", "The figures of one office"),
    Page("desk-me", OFFICIAL, "/desk/me", "我的职责和登录", "My duties and signing in"),
    Page("console", OPERATOR, "/console/", "运行：一切正常吗", "Does everything run?"),
    Page("set-aside", OPERATOR, "/console/set-aside", "搁置的", "What was set aside"),
    Page("searches", OPERATOR, "/console/searches", "没搜到的", "Searches without an answer"),
    Page("catalogue", OPERATOR, "/console/catalogue", "目录", "The catalogue"),
    Page("calendar", OPERATOR, "/console/calendar", "日历", "The calendar of working days"),
    Page("kept-halls", OPERATOR, "/console/halls", "管大厅", "The halls that one keeps"),
    Page("kept-hall", OPERATOR, "/console/halls/demo-xihu", "一个大厅的时间、队列、窗口", "Hours, queues, windows"),
    Page("rules", OPERATOR, "/console/rules", "规则：一张表，照着当场办", "Decision tables"),
    Page(
        "rule",
        OPERATOR,
        link("/console/rules", "/console/rules/"),
        "改一张表，试了再发布",
        "A table, tried before it is published",
    ),
    Page(
        "rule-version",
        OPERATOR,
        link("/console/rules", "/console/rules/", "/versions/1"),
        "发布过的一版，不再改",
        "A version that never changes",
    ),
    Page("journal", OPERATOR, "/console/journal", "日志", "The journal"),
    Page("odd-courier", OPERATOR, "/console/courier", "快递说得不对的", "What couriers said that cannot be right"),
    Page("refused-payments", OPERATOR, "/console/payments", "不予入账的支付通知", "Payment messages that were refused"),
]
MAIN = ("home", "guide", "apply", "case", "queue")
"""Shown in all five looks."""
