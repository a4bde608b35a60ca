"""What the machine's own names mean: a few words for each kind of job, regular work and reader of the journal."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

WORK = {
    "send_text_message": gettext_noop("发短信"),
    "seal_document": gettext_noop("给文书盖章"),
    "draw_document_pdf": gettext_noop("制作文书的 PDF"),
    "sign_certificate": gettext_noop("给证照盖章"),
    "draw_certificate_pdf": gettext_noop("制作证照的 PDF"),
    "dry_run_rule": gettext_noop("用过去的件试算规则"),
    "index_anew": gettext_noop("重建搜索索引"),
    "ask_after_refund": gettext_noop("问支付平台：这笔退款退了没有"),
    "ask_after_payment": gettext_noop("问支付平台：这一单付了没有"),
    "send_refund": gettext_noop("请支付平台退款"),
    "place_courier_order": gettext_noop("向快递下单"),
    "ask_after_parcel": gettext_noop("问快递：这一单到哪了"),
    "lapse_case": gettext_noop("结束到期没有补正的件"),
    "deem_accepted": gettext_noop("到期没有答复的件视为受理"),
    "end_deferral": gettext_noop("终止到期没有补齐容缺材料的件"),
    "grant_renewal": gettext_noop("到期没有决定的延续视为准予"),
    "ask_next_offices": gettext_noop("接着问下一批部门的意见"),
    "reckon_clocks": gettext_noop("日历变了，重算期限"),
    "find_entitled": gettext_noop("免申即享：找该享受的人"),
    "remind_of_renewal": gettext_noop("提醒证照快到期的人"),
    "reckon_joint_promises": gettext_noop("重算一件事的承诺日期"),
    "look_at_case": gettext_noop("看一个件该不该出牌"),
    "escalate_card": gettext_noop("把没有说明的牌升级"),
    "confirm_window_person": gettext_noop("向人口库核对一个窗口登记的人"),
    "identity.confirm_window_people": gettext_noop("再向人口库核对窗口登记的人"),
    "rules.lapse_offers": gettext_noop("结束没有人回应的免申即享通知"),
    "papers.free_removed_papers": gettext_noop("删除已移走材料的文件"),
    "papers.remove_orphan_files": gettext_noop("清理没有归属的文件"),
    "payments.ask_after": gettext_noop("追问没有回音的支付订单"),
    "payments.ask_after_refunds": gettext_noop("追问没有回音的退款"),
    "deliveries.ask_after_silent_parcels": gettext_noop("追问没有消息的快递"),
    "deliveries.watch_pickups": gettext_noop("提醒来取结果，到期收回"),
    "deliveries.forget_nonces": gettext_noop("清理快递回调的旧记号"),
    "halls.open_slots": gettext_noop("放出可以预约的时段"),
    "halls.remind_of_appointments": gettext_noop("提前一天提醒预约的人"),
    "halls.note_missed_appointments": gettext_noop("记下没有来的预约"),
    "halls.end_past_days": gettext_noop("收尾前几天没有关的窗口和号"),
    "cases.lapse_overdue_corrections": gettext_noop("找到期没有补正的件"),
    "cases.deem_silent_acceptance": gettext_noop("找五个工作日没有答复的件"),
    "cases.end_open_deferrals": gettext_noop("找容缺材料到期没有补齐的件"),
    "cases.grant_silent_renewals": gettext_noop("找到期没有决定的延续"),
    "cases.ask_next_offices": gettext_noop("找可以问下一批部门的件"),
    "cases.forget_held_answers": gettext_noop("删除登录过期时暂存的答案"),
    "cases.find_entitled": gettext_noop("免申即享：每天找一遍人"),
    "cases.remind_of_renewals": gettext_noop("找快到期的证照"),
    "supervision.look_at_cases": gettext_noop("找今天该看的件，出牌"),
    "supervision.escalate_cards": gettext_noop("找到期没有说明的牌"),
}
"""Kind of job, or name of regular work → what it does."""

READERS = {
    "journal.sequencer": gettext_noop("给日志排序、封存"),
    "cases.charge_what_is_due": gettext_noop("受理后开缴费单"),
    "cases.close_on_delivery": gettext_noop("送达后办结"),
    "cases.close_on_payment": gettext_noop("缴清后接着办"),
    "cases.close_on_sealed_document": gettext_noop("决定书盖章后办结"),
    "cases.close_on_signed_certificate": gettext_noop("证照盖章后办结"),
    "cases.decide_what_is_instant": gettext_noop("即办件当场决定"),
    "cases.give_fees_back": gettext_noop("没办成的件退费"),
    "cases.go_on_with_delivery": gettext_noop("重新选了送达方式，接着送"),
    "cases.look_for_entitled": gettext_noop("规则公布后开始找人"),
    "cases.note_as_collected": gettext_noop("窗口交了结果，记成已取，告诉申请人"),
    "cases.publish_what_was_permitted": gettext_noop("公开准予的许可"),
    "cases.reckon_running_clocks": gettext_noop("日历变了，重算期限"),
    "cases.tell_accepted": gettext_noop("告诉申请人：已受理"),
    "cases.tell_accepted_deferred": gettext_noop("告诉申请人：容缺受理"),
    "cases.tell_correction": gettext_noop("告诉申请人：要补正"),
    "cases.tell_finished": gettext_noop("告诉申请人：办结，请评价"),
    "cases.tell_lapsed": gettext_noop("告诉申请人：没有补正，结束"),
    "cases.tell_not_accepted": gettext_noop("告诉申请人：不予受理"),
    "cases.tell_of_the_hearing": gettext_noop("告诉申请人：可以要求听证"),
    "cases.tell_step": gettext_noop("告诉申请人：办到了哪一步"),
    "cases.wait_for_another_way": gettext_noop("快递退回，等申请人另选"),
    "cases.wait_for_fees": gettext_noop("没有缴费，送达期限停下"),
    "cases.wait_for_pickup": gettext_noop("等人来取，送达期限停下"),
    "catalogue.renew_merged_forms": gettext_noop("事项改了，一件事的表跟着改"),
    "catalogue.show_offices": gettext_noop("部门改了名，指南跟着改"),
    "catalogue.show_regions": gettext_noop("区划改了名，指南跟着改"),
    "deliveries.remind_of_waiting": gettext_noop("提醒来取结果"),
    "deliveries.tell_done": gettext_noop("告诉收件人：已送达"),
    "deliveries.tell_failed": gettext_noop("告诉收件人：没有送到"),
    "deliveries.tell_handed_over": gettext_noop("告诉收件人：快递已取走"),
    "deliveries.tell_ready": gettext_noop("告诉收件人：可以来取"),
    "deliveries.tell_returned": gettext_noop("告诉收件人：退回了"),
    "halls.follow_the_calendar": gettext_noop("日历变了，大厅的时段跟着变"),
    "halls.tell_that_it_is_booked": gettext_noop("告诉预约的人：约好了"),
    "halls.tell_that_nobody_came": gettext_noop("告诉预约的人：记了没有来"),
    "halls.tell_that_the_hall_is_closed": gettext_noop("告诉预约的人：大厅不开门"),
    "halls.tell_the_new_time": gettext_noop("告诉预约的人：改了时间"),
    "halls.tell_whom_a_window_acts_for": gettext_noop("告诉本人：窗口在接待他"),
    "joint_cases.close_after_last": gettext_noop("最后一件办完，一件事办结"),
    "joint_cases.go_on_after_result": gettext_noop("前一件有了结果，递交后一件"),
    "joint_cases.go_on_without_part": gettext_noop("有一件不递交，后面的跟着停"),
    "joint_cases.go_on_without_permit": gettext_noop("有一件不用许可，后面的接着办"),
    "joint_cases.reckon_open_promises": gettext_noop("重算一件事的承诺日期"),
    "joint_cases.stop_after_lapse": gettext_noop("有一件没有补正，后面的停"),
    "joint_cases.stop_after_not_accepted": gettext_noop("有一件不予受理，后面的停"),
    "joint_cases.stop_after_refusal": gettext_noop("有一件没有通过，后面的停"),
    "joint_cases.stop_after_termination": gettext_noop("有一件终止，后面的停"),
    "joint_cases.stop_after_voiding": gettext_noop("有一件作废，后面的停"),
    "joint_cases.stop_after_withdrawal": gettext_noop("有一件撤回，后面的停"),
    "joint_cases.tell_closed": gettext_noop("告诉申请人：一件事办完"),
    "joint_cases.tell_part_submitted": gettext_noop("告诉申请人：后一件递交了"),
    "notices.tell_that_nobody_stands_in": gettext_noop("告诉有关的人：代班结束"),
    "notices.tell_who_stands_in": gettext_noop("告诉有关的人：谁代班"),
    "payments.tell_paid": gettext_noop("告诉缴款人：缴清，票据在哪"),
    "payments.tell_refunded": gettext_noop("告诉缴款人：退款到了"),
    "payments.tell_what_is_due": gettext_noop("告诉缴款人：要缴多少"),
    "ratings.count_for_bundle": gettext_noop("统计一件事的评价"),
    "ratings.count_for_item_and_office": gettext_noop("统计事项和部门的评价"),
    "search.index_published": gettext_noop("新发布的事项进搜索"),
    "search.index_state": gettext_noop("停用的事项出搜索"),
    "supervision.count_for_the_public": gettext_noop("记公开的运行数据"),
    "supervision.look_again_after_the_calendar": gettext_noop("日历变了，重看各件的期限"),
    "supervision.show_a_card_for_silence": gettext_noop("没有答复视为受理，出红牌"),
    "supervision.watch_the_clock": gettext_noop("期限开始走，盯着"),
    "supervision.watch_the_delivery_clock": gettext_noop("送达期限开始走，盯着"),
}
"""Reader of the journal, without `domains.` → what it does with a fact."""

AREAS = {
    "cases": gettext_noop("办件"),
    "joint_cases": gettext_noop("一件事"),
    "supervision": gettext_noop("监察"),
    "deliveries": gettext_noop("快递送达"),
    "payments": gettext_noop("支付"),
    "halls": gettext_noop("大厅"),
    "catalogue": gettext_noop("目录"),
    "notices": gettext_noop("通知"),
    "ratings": gettext_noop("评价"),
    "search": gettext_noop("搜索"),
    "journal": gettext_noop("日志"),
}


def work_words(name: str) -> str:
    """Return what a kind of job, or regular work, does; empty where nobody said, and the name has to do."""
    return _(WORK[name]) if name in WORK else ""


def reader_words(consumer: str) -> str:
    """Return what a reader of the journal does with a fact; empty where nobody said."""
    name = consumer.removeprefix("domains.")
    return _(READERS[name]) if name in READERS else ""


def area_words(consumer: str) -> str:
    """Return the area that a reader of the journal belongs to."""
    area = consumer.removeprefix("domains.").partition(".")[0]
    return _(AREAS[area]) if area in AREAS else area
