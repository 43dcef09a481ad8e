"""Pieces by invented officials in an invented province, put together from sentences of our own.

Every organ has its own words; places, names and numbers are drawn from a seed. What comes out
reads stiffly but has what attribution lives on: an opening, numbered headings, parallel
paragraphs, the organ's words, and sentences that can be cut.
"""

from __future__ import annotations

import random

from training.articles import Item, Piece

PLACES = (
    "望川市",
    "澜溪县",
    "白苇区",
    "石杉市",
    "青梧县",
    "鹿鸣区",
    "云屏市",
    "竹渡县",
    "雁栖湾区",
    "沉香县",
)
NAMES = (
    "顾望舒",
    "黎青",
    "段怀远",
    "沈知秋",
    "易长风",
    "苏木",
    "穆清和",
    "柏舟",
    "闻笛",
    "江照晚",
    "秦越人",
    "罗浮生",
)
ORGANS = {
    "人民法院|党组书记、院长": (
        (
            "案件繁简分流",
            "执行攻坚",
            "巡回审判",
            "诉前调解",
            "裁判文书说理",
            "司法建议",
            "电子卷宗",
            "少年审判",
        ),
        (
            "选派员额法官进社区",
            "推行要素式庭审",
            "建立执行联动清单",
            "开展判后答疑",
            "组建专业化合议庭",
            "用好线上庭审平台",
        ),
        (
            "审理周期缩短了{n}天",
            "服判息诉率提高到{n}%",
            "{n}件长期未结案件得到化解",
            "当事人往返法院的次数明显减少",
        ),
    ),
    "人民检察院|党组书记、检察长": (
        (
            "行政检察",
            "公益诉讼线索摸排",
            "羁押必要性审查",
            "检察听证",
            "未成年人综合保护",
            "企业合规整改",
            "立案监督",
            "支持起诉",
        ),
        (
            "邀请人民监督员参与听证",
            "制发检察建议并跟踪回访",
            "与行政机关建立线索移送机制",
            "设立检察联络站",
            "开展案件质量评查",
        ),
        (
            "督促整改问题{n}处",
            "追回受损公益资金{n}万元",
            "检察建议回复率达到{n}%",
            "一批监督难题得到纠正",
        ),
    ),
    "公安局|党委书记、局长": (
        (
            "街面巡防",
            "反诈预警",
            "户籍窗口服务",
            "矛盾纠纷排查",
            "校园周边治安",
            "交通秩序整治",
            "派出所主防",
            "涉企警务",
        ),
        (
            "把警力摆到夜市和车站",
            "推行一窗通办",
            "组织民警入户走访",
            "建立快反处置圈",
            "开展夜间联合清查",
        ),
        (
            "接报警情下降{n}%",
            "为群众挽回损失{n}万元",
            "出警时间压缩到{n}分钟",
            "群众夜间出行更加安心",
        ),
    ),
    "教育局|党组书记、局长": (
        (
            "课后服务",
            "教师轮岗",
            "乡村小规模学校",
            "劳动教育",
            "心理健康辅导",
            "学位供给",
            "集团化办学",
            "校园膳食",
        ),
        (
            "新建改建中小学校舍",
            "组织骨干教师送教下乡",
            "公开食堂采购账目",
            "编写校本劳动手册",
            "设立教师成长工作坊",
        ),
        (
            "新增学位{n}个",
            "{n}所乡村学校实现同步课堂",
            "家长满意率达到{n}%",
            "孩子们在家门口就能上好学",
        ),
    ),
    "生态环境局|党组书记、局长": (
        (
            "入河排污口整治",
            "扬尘管控",
            "湿地修复",
            "固体废物监管",
            "噪声治理",
            "碳排放核查",
            "饮用水水源保护",
            "环评审批",
        ),
        (
            "对重点河段逐口溯源",
            "安装在线监测设备",
            "推行非现场执法",
            "编制一口一策方案",
            "聘请民间河长",
        ),
        (
            "优良水质断面增加到{n}个",
            "空气优良天数比例达到{n}%",
            "消除黑臭水体{n}处",
            "候鸟重新回到湖心岛越冬",
        ),
    ),
    "农业农村局|党组书记、局长": (
        (
            "高标准农田",
            "种业振兴",
            "农产品冷链",
            "人居环境整治",
            "土地延包试点",
            "农机社会化服务",
            "粮食单产提升",
            "特色茶果产业",
        ),
        (
            "组织农技员蹲点包片",
            "建设产地仓和分拣线",
            "推广代耕代种",
            "发动村民投工投劳",
            "引导合作社抱团发展",
        ),
        (
            "亩均增收{n}元",
            "新建高标准农田{n}万亩",
            "带动{n}户农户就近就业",
            "村里的闲置院落变成了民宿",
        ),
    ),
    "卫生健康委员会|党组书记、主任": (
        (
            "家庭医生签约",
            "医共体建设",
            "急救网络",
            "基层慢病管理",
            "药品集中采购",
            "老年健康服务",
            "中医馆建设",
            "检查结果互认",
        ),
        (
            "下派主治医师到乡镇坐诊",
            "开通远程会诊",
            "统一药品目录",
            "为独居老人建立健康档案",
            "培训村医使用智能设备",
        ),
        (
            "基层就诊率提高到{n}%",
            "急救平均到达时间缩短到{n}分钟",
            "{n}种检查结果实现互认",
            "老人拿药不用再跑远路",
        ),
    ),
}
_OPENINGS = (
    "近年来,{office}立足本地实际,把{a}和{b}作为履职的着力点,一项一项抓落实,一年一年见成效,为{place}高质量发展提供了有力支撑。",
    "{a}连着民心,{b}关乎长远。{office}坚持问题导向和目标导向相统一,在实践中摸索出一套管用的办法,取得了阶段性成果。",
)
_SENTENCES = (
    "坚持把{a}摆在突出位置,{x},{y},推动{a}由被动应对向主动作为转变。",
    "针对{a}中存在的短板,{office}逐项列出清单、逐条明确责任,{x},并按月调度、按季通报。",
    "{place}在{a}上先行一步,{x},{z}。",
    "做好{a},关键在人、重在机制。要{x},{y},让制度优势转化为治理效能。",
    "通过{a}与{b}同步谋划、同步推进,{z},工作的整体性、协同性不断增强。",
    "实践中我们体会到,{a}不能单打独斗,必须{x},形成上下贯通、左右协同的工作格局。",
    "下一步,{office}将继续围绕{a}下功夫,{y},努力让群众有更多看得见、摸得着的变化。",
)
_HEADS = (
    "聚焦{a},在补齐短板上求突破",
    "做实{a},在服务群众中见真章",
    "深化{a},以机制创新激发活力",
    "抓牢{a},以过硬作风保障落实",
)
_NUMERALS = "一二三四五六七八"


def pieces(count: int, rng: random.Random) -> list[Piece]:
    """`count` pieces by different officials of different places."""
    names, places = rng.sample(NAMES, count), rng.sample(PLACES, count)
    organs = rng.sample(sorted(ORGANS), count)
    return [_piece(n, p, o, rng) for n, p, o in zip(names, places, organs, strict=True)]


def _piece(name: str, place: str, organ: str, rng: random.Random) -> Piece:
    body, post = organ.split("|")
    office = place + body
    topics, acts, results = ORGANS[organ]
    order = rng.sample(topics, len(topics))

    def fill(template: str, topic: str) -> str:
        x, y = rng.sample(acts, 2)
        z = rng.choice(results).format(n=rng.randint(3, 97))
        b = rng.choice([t for t in topics if t != topic])
        return template.format(a=topic, b=b, x=x, y=y, z=z, office=office, place=place)

    items = [Item(fill(rng.choice(_OPENINGS), order[0]), False)]
    heads = rng.sample(_HEADS, rng.choice((0, 2, 3, 4)))
    for n in range(max(3, len(heads))):
        if n < len(heads):
            items.append(Item(f"{_NUMERALS[n]}、{heads[n].format(a=order[2 * n])}", True))
        for topic in order[2 * n : 2 * n + 2]:
            sentences = rng.sample(_SENTENCES, rng.choice((2, 3, 3)))
            items.append(Item("".join(fill(s, topic) for s in sentences), False))
    byline = (name, office, post) if rng.random() < 0.5 else (name, office + post)
    return Piece(name, byline, f"以{order[0]}和{order[1]}托起{place[:2]}百姓的新期待", tuple(items))
