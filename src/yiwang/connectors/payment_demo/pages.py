"""The provider's pages. They look like another house, because they are one."""

from html import escape

STYLE = """
body{margin:0;background:#eef2f7;color:#16202c;font:17px/1.6 system-ui,"Noto Sans CJK SC",sans-serif}
main{max-width:30rem;margin:0 auto;padding:1rem}
header{background:#123a6b;color:#fff;padding:.8rem 1rem}header p{max-width:30rem;margin:0 auto}
.card{background:#fff;border:1px solid #c3cedb;border-radius:8px;padding:1.1rem;margin:1rem 0}
h1{font-size:1.25rem;margin:.2rem 0}.sum{font-size:2.2rem;font-weight:700;margin:.3rem 0}
dl{display:grid;grid-template-columns:6em 1fr;gap:.3rem .8rem;margin:0}dt{color:#48566a}dd{margin:0;overflow-wrap:anywhere}
button{font:inherit;min-height:2.9rem;padding:0 1.2rem;border-radius:6px;border:2px solid #123a6b;background:#123a6b;color:#fff;width:100%;margin:.4rem 0}
button.plain{background:#fff;color:#123a6b}fieldset{border:1px solid #c3cedb;border-radius:6px;margin:0 0 1rem}
label{display:flex;gap:.6rem;align-items:center;min-height:2.75rem}.mute{color:#48566a;font-size:.95rem}a{color:#123a6b}
:focus-visible{outline:3px solid #c2570c;outline-offset:2px}
"""

WAYS = (
    ("normal", "付款后马上通知政务网", "Told at once"),
    ("twice", "通知重复来三次", "Told three times"),
    ("late", "通知晚到 20 秒", "Told 20 seconds late"),
    ("reordered", "先来“关闭”再来“到账”", "“Closed” overtakes “paid”"),
    ("wrong", "通知里的金额不对", "Told a wrong amount"),
    ("lost", "通知丢了，等政务网自己来问", "Never told: the platform has to ask"),
)


def _sheet(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)} - 演示支付</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        '<link rel="stylesheet" href="/style.css"></head><body><header><p><b>演示支付 Demo Pay</b>　不收真钱</p></header>'
        f"<main>{body}</main></body></html>"
    )


def yuan(fen: int) -> str:
    """Return an amount in words of money."""
    return f"¥{fen // 100}.{fen % 100:02d}"


def unknown() -> str:
    """Return the page for an order that is not the platform's, or over."""
    return _sheet(
        "没有这一单",
        '<div class="card"><h1>没有这一单</h1><p>订单不对或者已经过期。回到政务网重新点“去缴费”。</p></div>',
    )


def cashier(order: dict[str, str], query: str, *, is_paid: bool, is_closed: bool) -> str:
    """Return the page on which an order is paid."""
    rows = (("收款单位", order["payee"]), ("事由", order["subject"]), ("订单号", order["order"]))
    facts = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    head = f'<div class="card"><h1>向政府部门付款</h1><p class="sum">{yuan(int(order["amount"]))}</p><dl>{facts}</dl></div>'
    back = f'<p><a href="{escape(order["return"])}">回到政务网 Back</a></p>'
    if is_paid or is_closed:
        words = "这一单已经付过了，不会再收一次。" if is_paid else "这一单过了时间，已经关闭。"
        return _sheet("付款", f'{head}<div class="card" role="status"><p>{words}</p>{back}</div>')
    ways = "".join(
        f'<label><input type="radio" name="way" value="{key}"{" checked" if key == "normal" else ""}>'
        f'<span>{zh} <span class="mute" lang="en">{en}</span></span></label>'
        for key, zh, en in WAYS
    )
    form = (
        f'<form class="card" method="post" action="/pay?{escape(query)}">'
        f"<fieldset><legend>演示：付款以后怎么通知政务网</legend>{ways}</fieldset>"
        '<button name="do" value="pay">付款 Pay</button><button class="plain" name="do" value="cancel">不付了 Cancel</button></form>'
    )
    return _sheet("付款", head + form)
