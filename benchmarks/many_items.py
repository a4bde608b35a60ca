"""A catalogue as large as a country's: implementation items, one JSON line each, made from our own word lists.

    .venv/bin/python benchmarks/many_items.py --items 1000000 > items.jsonl

Some ten thousand base items are each implemented in a hundred divisions of the demo province. The names are composed, so
nobody's catalogue is copied; the same numbers give the same bytes. Written as a stream: memory does not grow with it.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from yiwang.domains.catalogue.content import (
    Contact,
    ItemContent,
    LegalBasis,
    Limit,
    Material,
    Processing,
    Result,
    Step,
    Text,
    canonical_json,
)

REGIONS = Path(__file__).resolve().parents[1] / "demo" / "regions.csv"

BUREAUS = {
    "市场监督管理局": ["食品经营", "小餐饮店", "药品零售", "医疗器械经营", "特种设备使用", "计量器具检定", "个体工商户", "企业法人", "连锁药店", "网络交易平台", "广告发布", "商标代理", "食品小作坊", "校园食堂", "桶装饮水"],
    "人力资源和社会保障局": ["劳务派遣", "人力资源服务", "失业保险金", "工伤认定", "养老保险关系", "职业技能培训学校", "就业困难人员", "创业担保贷款", "劳动合同备案", "社会保障卡", "退休人员", "高校毕业生见习", "企业年金方案", "劳动能力鉴定", "求职补贴"],
    "公安局": ["户口迁移", "出生登记", "居住证", "养犬登记", "旅馆业特种行业", "印章刻制", "机动车号牌", "驾驶证", "大型群众性活动", "保安服务公司", "剧毒化学品", "出入境证件", "姓名变更", "临时身份证", "道路通行"],
    "卫生健康委员会": ["公共场所卫生", "医疗机构执业", "护士执业", "医师执业", "生育登记", "放射诊疗", "供水单位卫生", "诊所备案", "母婴保健技术", "托育机构", "职业病诊断", "献血补偿", "消毒产品生产", "义诊活动", "中医馆"],
    "教育局": ["民办学校", "教师资格", "学生转学", "义务教育入学", "校外培训机构", "幼儿园设立", "学历证书", "助学金", "校车使用", "中考加分", "特殊教育", "家庭经济困难学生", "学籍信息", "课后服务", "留学生接收"],
    "住房和城乡建设局": ["建筑工程施工", "商品房预售", "燃气经营", "城镇排水", "公租房", "房屋租赁", "物业服务企业", "危旧房屋", "工程质量安全", "二级建造师", "历史建筑修缮", "建筑垃圾处置", "房屋维修资金", "加装电梯", "装修许可"],
    "自然资源和规划局": ["不动产登记", "建设用地规划", "临时用地", "采矿权", "测绘资质", "土地使用权转让", "抵押权登记", "宅基地使用", "乡村建设规划", "地图审核", "林木采伐", "海域使用", "地质灾害评估", "土地复垦", "建筑核位"],
    "民政局": ["结婚登记", "离婚登记", "收养登记", "最低生活保障", "特困人员供养", "高龄津贴", "社会团体", "民办非企业单位", "慈善组织", "养老机构", "殡葬服务", "地名命名", "残疾人补贴", "孤儿生活费", "临时救助"],
    "医疗保障局": ["城乡居民医保", "异地就医", "生育津贴", "医疗救助", "门诊慢性病", "定点医疗机构", "定点零售药店", "医保关系转移", "医保个人账户", "长期护理保险", "大病保险", "零星报销", "新生儿参保", "灵活就业参保", "双通道药品"],
    "税务局": ["税务登记", "发票领用", "纳税信用", "个人所得税", "增值税申报", "出口退税", "车辆购置税", "契税", "房产税减免", "印花税", "土地增值税", "社保费缴纳", "完税证明", "税收优惠", "延期申报"],
    "交通运输局": ["道路货物运输", "网约车经营", "出租汽车", "超限运输", "船舶营运", "港口经营", "公路涉路施工", "机动车维修", "驾驶员培训", "客运班线", "危险货物运输", "水路旅客运输", "渡口设置", "从业资格证", "公交线路"],
    "生态环境局": ["排污许可", "环境影响评价", "辐射安全", "危险废物经营", "噪声排放", "入河排污口", "固体废物转移", "拆除防治污染设施", "夜间施工", "清洁生产审核", "碳排放核查", "机动车排放", "土壤污染调查", "在线监测设备", "应急预案备案"],
    "农业农村局": ["种子生产经营", "兽药经营", "动物诊疗", "农药经营", "生鲜乳收购", "水产苗种", "农机驾驶证", "农村土地承包", "动物检疫", "饲料生产", "渔业捕捞", "绿色食品标志", "农民专业合作社", "家庭农场", "执业兽医"],
    "文化广电旅游局": ["营业性演出", "歌舞娱乐场所", "互联网上网服务", "旅行社", "导游证", "文物保护单位", "非遗传承人", "广播电视节目", "艺术品经营", "图书馆读者证", "民宿", "电影放映", "卫星电视接收", "文艺团体", "考古勘探"],
    "应急管理局": ["安全生产许可", "烟花爆竹", "危险化学品经营", "非煤矿山", "特种作业操作", "应急救援队伍", "安全评价机构", "生产经营单位主要负责人", "消防安全检查", "救灾物资", "防震减灾", "安全培训机构", "尾矿库", "隐患整改", "注册安全工程师"],
    "综合行政执法局": ["户外广告设施", "门店招牌", "临时占道", "挖掘道路", "生活垃圾经营", "渣土运输", "绿地占用", "树木迁移", "停车场设置", "露天烧烤", "犬只养护", "市政设施移动", "桥下空间", "流动摊贩", "公厕改建"],
}  # fmt: skip
ENGLISH = [
    "market regulation", "labour", "police", "health", "education", "housing", "planning", "civil affairs", "insurance",
    "tax", "transport", "environment", "farming", "culture", "safety", "city order",
]  # fmt: skip
KINDS = [
    ("许可", "01", "licence"), ("许可变更", "01", "licence changed"), ("许可延续", "01", "licence renewed"),
    ("许可注销", "01", "licence ended"), ("许可证补发", "01", "licence replaced"), ("登记", "07", "registration"),
    ("变更登记", "07", "registration changed"), ("注销登记", "07", "registration ended"), ("备案", "10", "filing"),
    ("资格确认", "07", "qualification"), ("补贴申领", "05", "benefit"), ("费用减免", "05", "reduction"),
    ("奖励申报", "08", "award"), ("证明开具", "20", "certificate"), ("信息查询", "20", "look-up"),
    ("年度报告", "10", "yearly report"), ("监督检查", "06", "inspection"), ("咨询预约", "20", "appointment"),
]  # fmt: skip
WHOM = ["", "（个人）", "（企业）"]
PAPERS = [
    "申请表",
    "身份证明",
    "营业执照",
    "场地使用证明",
    "平面布局图",
    "授权委托书",
    "安全承诺书",
    "人员名册",
    "检测报告",
    "管理制度",
    "照片",
    "银行账户信息",
]
CONDITIONS = [
    "申请人具有完全民事行为能力",
    "住所或者经营场所在本辖区内",
    "有与规模相适应的固定场所",
    "提交的材料真实、完整",
    "近三年没有重大违法记录",
    "从业人员取得相应资格",
]
THEMES = [
    "准营准办",
    "社会保障",
    "户籍办理",
    "住房保障",
    "医疗卫生",
    "教育科研",
    "交通出行",
    "设立变更",
    "环保绿化",
    "文化体育",
]
STAGES = ["birth", "school", "job", "marriage", "home", "health", "retirement", "opening", "running", "closing"]


def regions(count: int) -> list[tuple[str, str]]:
    """Return (code, name) of the divisions of the demo province down to the county, the province first."""
    with REGIONS.open(encoding="utf-8", newline="") as file:
        rows = [
            (r["code"], r["name"])
            for r in csv.DictReader(file)
            if r["code"].startswith("33") and r["level"] != "street"
        ]
    return sorted(rows)[:count]


def base_items() -> Iterator[tuple[int, int, str, str, str, str]]:
    """Yield (number, bureau, bureau's name, name, type, English name) of base items, each name once."""
    number = 0
    for whom in WHOM:
        for kind, type_code, english in KINDS:
            for bureau, (office, things) in enumerate(BUREAUS.items()):
                for thing in things:
                    number += 1
                    yield (
                        number,
                        bureau,
                        office,
                        f"{thing}{kind}{whom}",
                        type_code,
                        f"{ENGLISH[bureau]} {english} {number}",
                    )


def content_of(number: int, name: str, english: str, type_code: str, place: str) -> ItemContent:
    """Return what an item says in one place; places differ in limit, contact and visits."""
    promised = 1 + (number * 7 + len(place)) % 20
    firm = name.endswith("（企业）")
    return ItemContent(
        name=Text(name, english if number % 3 == 0 else ""),
        type_code=type_code,
        summary=Text(f"在{place}办理{name}"),
        aliases=[name[:4] + "怎么办"] if number % 4 == 0 else [],
        audience=["enterprise"] if firm else ["person"] if number % 2 else ["person", "enterprise"],
        project_type="promise",
        legal_limit=Limit(20 + number % 3 * 10),
        promised_limit=Limit(promised),
        visits=len(place) % 2,
        conditions=[Text(CONDITIONS[(number + i) % len(CONDITIONS)]) for i in range(2 + number % 2)],
        materials=[
            Material(key=f"m{i}", name=Text(PAPERS[(number * 5 + i) % len(PAPERS)]), necessity="required" if i < 2 else "optional")
            for i in range(2 + number % 4)
        ],
        steps=[Step(Text("受理")), Step(Text("审查")), Step(Text("决定"))],
        is_free=number % 9 != 0,
        results=[Result("letter", Text(f"{name}决定书"))],
        basis=[LegalBasis(law=f"《{name[:6]}管理办法》", article=f"第{number % 60 + 1}条")],
        themes=[THEMES[number % len(THEMES)]],
        life_events=[STAGES[number % len(STAGES)]] if number % 5 == 0 else [],
        online=True,
        contact=Contact(place=Text(f"{place}政务服务中心"), hours=Text("工作日 9:00—17:00")),
        processing=Processing(instant=number % 11 == 0),
    )  # fmt: skip


def lines(items: int, divisions: int = 100) -> Iterator[bytes]:
    """Yield the lines of the catalogue, region by region within each base item."""
    places = regions(divisions)
    for number, bureau, office, name, type_code, english in islice(base_items(), -(-items // divisions)):
        for region, place in places[: max(0, min(divisions, items - (number - 1) * divisions))]:
            content = content_of(number, name, english, type_code, place)
            line: dict[str, Any] = {
                "code": item_code(number, bureau, region),
                "base_code": f"BASE{number:08d}",
                "base_name": name,
                "office": {"code": office_code(bureau, region), "name": f"{place}{office}（演示）", "region": region},
                "region": region,
                "content": msgspec.Raw(canonical_json(content)),
            }
            yield msgspec.json.encode(line) + b"\n"


def office_code(bureau: int, region: str) -> str:
    """Return the code of a bureau in a division: as long as a credit code."""
    return f"11{region}MB{bureau:04d}000X"


def item_code(number: int, bureau: int, region: str) -> str:
    """Return the code of an item in a division: the office's, then the base item's."""
    return f"{office_code(bureau, region)}4{number:08d}000"


def main() -> int:
    """Write the catalogue to the standard output."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--items", type=int, default=1_000_000)
    options.add_argument("--regions", type=int, default=100)
    chosen = options.parse_args()
    for line in lines(chosen.items, chosen.regions):
        sys.stdout.buffer.write(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
