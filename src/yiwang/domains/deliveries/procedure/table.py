"""The table of a delivery.

A courier's news arrive late, doubled and in any order. So an event moves a delivery only where it is newer than all that
moved it before (`number`), where the table knows an arrow from the present state, and where the state is not final; any
other event is kept in the track and changes nothing. Arrows may jump (a receipt may arrive before "collected"), never
lead back, and nothing leads out of a final state. So the state that a set of events leads to does not depend on the order
in which they arrive, as long as the courier does not contradict itself about the end.
"""

STATES: dict[str, tuple[str, str]] = {
    "chosen": ("已选好，等结果", "Chosen; waiting for the result"),
    "ordered": ("已约快递，等快递接单", "Courier called"),
    "placed": ("快递已接单，等揽收", "Waiting to be collected"),
    "collected": ("已揽收", "Collected"),
    "in_transit": ("运输中", "On its way"),
    "out_for_delivery": ("派送中", "Out for delivery"),
    "failed": ("这次没送到", "Not handed over this time"),
    "ready": ("可以取了", "Ready to be picked up"),
    "returning": ("退回途中", "On its way back"),
    "delivered": ("已送达", "Delivered"),
    "returned": ("已退回", "Sent back"),
    "cancelled": ("已取消", "Cancelled"),
}
"""State → its name in Chinese and English."""

FINAL = frozenset({"delivered", "returned", "cancelled"})
LIVE = frozenset(STATES) - FINAL
UNDER_WAY = frozenset({"ordered", "placed", "collected", "in_transit", "out_for_delivery", "failed"})
"""The courier has the order, and the parcel is not yet in a locker or on its way back."""

MOVING = frozenset({"collected", "in_transit", "out_for_delivery", "failed", "ready", "returning"})
"""States in which the courier holds the parcel."""

EVENTS: dict[str, tuple[frozenset[str], str]] = {
    "placed": (frozenset({"ordered"}), "placed"),
    "collected": (frozenset({"ordered", "placed"}), "collected"),
    "in_transit": (UNDER_WAY, "in_transit"),
    "out_for_delivery": (UNDER_WAY, "out_for_delivery"),
    "failed": (UNDER_WAY, "failed"),
    "stored": (UNDER_WAY, "ready"),
    "returning": (UNDER_WAY | {"ready"}, "returning"),
    "delivered": (UNDER_WAY | {"ready"}, "delivered"),
    "returned": (UNDER_WAY | {"ready", "returning"}, "returned"),
}
"""What a courier may tell → the states from which it leads on, and where to."""

SIGNERS: dict[str, tuple[str, str]] = {
    "self": ("本人签收", "signed by the addressee"),
    "household": ("同住的成年家属签收", "signed by an adult of the same household"),
    "agent": ("指定的代收人签收", "signed by the person named to receive it"),
    "mailroom": ("单位收发部门签收", "signed by the firm's or office's mail room"),
    "code": ("凭取件码取走", "picked up with the code"),
    "document": ("凭证件当面领取", "handed over against an identity document"),
    "account": ("到达本人账号", "arrived in the account"),
}
"""Who or what the receipt names → words. 民事诉讼法 art. 87 to 91, applied to notices of administrative licensing."""

KEEP_WORKDAYS, REMIND_WORKDAYS = 20, 15
"""Working days that a window keeps a result for whoever wants to pick it up, and after how many it reminds them."""

WARNED_WORKDAYS = 3
"""Working days that are left at least to whoever is reminded, however late the reminder comes."""

KEEP_LOCKER_DAYS, REMIND_LOCKER_DAYS = 7, 5
"""The same for a locker, which is open every day: calendar days."""

_COUNTS_FOR_PERSON = frozenset({"self", "household", "agent", "code"})
_COUNTS_FOR_BODY = frozenset({"self", "agent", "mailroom", "code"})


def counts_as_delivered(signer: str, *, to_body: bool) -> bool:
    """Return whether a signature makes a courier's parcel delivered in law.

    To a natural person: they themselves, an adult who lives with them, or whom they named (民事诉讼法 art. 88). To a firm
    or an office: its representative or who receives its mail. A parcel that was left at a door, or with a neighbour, is
    not delivered; neither is one for a person that some mail room signed for.
    """
    return signer in (_COUNTS_FOR_BODY if to_body else _COUNTS_FOR_PERSON)


def tells(kind: str, *, signer: str = "", to_body: bool = False, has_locker: bool = False) -> str:
    """Return the state that an event speaks of, wherever the parcel is; "" for an unknown kind.

    "Delivered" without a signature that counts is an attempt that failed; "stored" is possible only where a locker was
    asked for.
    """
    if kind == "delivered" and not counts_as_delivered(signer, to_body=to_body):
        return "failed"
    if kind == "stored" and not has_locker:
        return "failed"
    return EVENTS[kind][1] if kind in EVENTS else ""


def follow(state: str, kind: str, *, signer: str = "", to_body: bool = False, has_locker: bool = False) -> str | None:
    """Return the state that an event leads to from here; None where it changes nothing."""
    target = tells(kind, signer=signer, to_body=to_body, has_locker=has_locker)
    sources = EVENTS["failed" if target == "failed" else kind][0] if target else frozenset()
    return target if state in sources else None
