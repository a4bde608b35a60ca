"""Every page that somebody can open: its name, who opens it, how one gets there, and what it is for in both languages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

FOOD = "11339900YW0000055D4330199003000"
INSTANT = "11339900YW0000020T3332099001000"
MARKET = "11339900YW0000055D"
MOVING = "11339900YW000007134330799020000"
COMPANY = "11339900YW0000055D4330199036000"

VISITOR, PERSON, APPLYING, CORRECTING, RATING = "", "ouyangmuqing", "wuhaiyan", "annamaria", "xuhaoran"
OFFICIAL, WINDOW, OPERATOR = "head", "window", "admin"
NEWCOMER = "newcomer"
"""Somebody who has just signed up and has nothing yet."""

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
    Page("offices", VISITOR, "/offices", "按部门查找", "Offices, with where, when and the telephone"),
    Page("offices-none", VISITOR, "/offices?q=zzqqxx", "没有这样的部门", "No such office"),
    Page("office", VISITOR, f"/offices/{MARKET}", "一个部门管的服务", "An office and what it handles"),
    Page("reviews", VISITOR, "/reviews/", "好差评，全部公开", "All ratings in public"),
    Page("reviews-none", VISITOR, "/reviews/?q=zzqqxx", "没有评价这样说", "No rating says so"),
    Page("progress", VISITOR, "/progress", "不登录查进度", "Follow a case without signing in"),
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
    Page("messages", PERSON, "/me/messages", "消息", "Messages"),
    Page("message", PERSON, link("/me/messages", "/me/messages/"), "一条消息", "A message"),
    Page("papers", PERSON, "/me/papers", "我的材料", "My papers"),
    Page("who-read", PERSON, "/me/who-read", "谁看过我的数据", "Who read my data"),
    Page("real-name", PERSON, "/me/real-name", "实名", "My real name"),
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
    Page(
        "rate",
        RATING,
        link("/me/cases", "/me/cases/", "/rate", "main li:has(.tag[data-color=success])"),
        "评价",
        "Rate a finished case",
    ),
    Page("new-me", NEWCOMER, "/me/", "刚注册的人", "Somebody who has just signed up"),
    Page("new-cases", NEWCOMER, "/me/cases", "还没有办件", "No cases yet"),
    Page("new-certificates", NEWCOMER, "/me/certificates", "还没有证照", "No certificates yet"),
    Page("new-messages", NEWCOMER, "/me/messages", "还没有消息", "No messages yet"),
    Page("new-papers", NEWCOMER, "/me/papers", "还没有材料", "No papers yet"),
    Page("new-who-read", NEWCOMER, "/me/who-read", "还没有人看过", "Nobody has read anything yet"),
    Page("new-real-name", NEWCOMER, "/me/real-name", "先实名", "First the real name"),
    Page("queue", OFFICIAL, "/desk/", "工作台：最急的在前", "The desk, most urgent first"),
    Page("queue-none", OFFICIAL, "/desk/?q=zzqqxx", "没找到的件", "No such case on the desk"),
    Page("done", OFFICIAL, "/desk/done", "已办", "Finished cases"),
    Page("desk-case", OFFICIAL, link("/desk/", "/desk/cases/"), "一件：答复、材料、要做的", "A case on the desk"),
    Page("correction-request", WINDOW, askable, "一次告知补正", "Ask once for what is missing"),
    Page("desk-certificates", OFFICIAL, "/desk/certificates", "本部门发的证照", "Certificates of the office"),
    Page(
        "desk-certificate",
        OFFICIAL,
        link("/desk/certificates", "/desk/certificates/"),
        "一张发出的证照",
        "A certificate that was issued",
    ),
    Page("desk-reviews", OFFICIAL, "/desk/reviews", "大家怎么评价我们", "What people say of the office"),
    Page("desk-me", OFFICIAL, "/desk/me", "我的职责和登录", "My duties and signing in"),
    Page("console", OPERATOR, "/console/", "运行：一切正常吗", "Does everything run?"),
    Page("set-aside", OPERATOR, "/console/set-aside", "搁置的", "What was set aside"),
    Page("searches", OPERATOR, "/console/searches", "没搜到的", "Searches without an answer"),
    Page("catalogue", OPERATOR, "/console/catalogue", "目录", "The catalogue"),
    Page("calendar", OPERATOR, "/console/calendar", "日历", "The calendar of working days"),
    Page("journal", OPERATOR, "/console/journal", "日志", "The journal"),
]
MAIN = ("home", "guide", "apply", "case", "queue")
"""Shown in all five looks."""
