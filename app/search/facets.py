"""What kind of fact a question asks for, and whether a clause states one of that kind.

The near misses of a rule book are questions whose words a clause shares while
it does not say what is asked: a fee, a number of days, a fine, a telephone
number. Each facet has the words by which it is asked for, and the form in
which a clause would state it. A facet that the best clause lacks is a sign
that the corpus does not cover the question; it is weighed in ``app.search.refusal``.
"""

import re
from dataclasses import dataclass

from ingest.index.content import SearchUnit

_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    asked: re.Pattern[str]
    stated: re.Pattern[str]

    def is_stated_by(self, unit: SearchUnit) -> bool:
        """Whether a clause states such a fact; the row of a table also where its column is
        named so."""
        if self.stated.search(unit.body):
            return True
        named = self.asked.search(unit.columns) or self.stated.search(unit.columns)
        return bool(named and _FIGURE.search(unit.body))


def _facet(name: str, asked: str, stated: str) -> Facet:
    return Facet(name, re.compile(asked, re.IGNORECASE), re.compile(stated, re.IGNORECASE))


_COUNT = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|thirty|few|several|half)"
_CHINESE_COUNT = r"[\d一二三四五六七八九十百千两半几数]+"

FACETS = (
    _facet(
        "duration",
        r"\bhow (?:long|soon|quickly|fast|early|far ahead)\b"
        r"|\b(?:how many|what number of) (?:\w+ )?(?:days|weeks|months|years|hours)\b"
        r"|\b(?:time limit|waiting (?:time|period)|processing time|isolation period|lead time)\b"
        r"|几(?:天|日|个?月|年|个?工作日|个?小时|周)|多久|多长时间|多少(?:天|日|个?月|年|小时)|提前多|时限",
        rf"\b{_COUNT}(?:\s+\w+)?[\s-]+(?:days?|weeks?|months?|years?|hours?)\b|\bmonth-end\b"
        rf"|\bday each month\b|\bbeyond one year\b|\b(?:expiration|expiry) date\b|\btime limit\b"
        rf"|{_CHINESE_COUNT}\s*(?:个?工作日|日内|天|个?月|年|小时)|期限",
    ),
    _facet(
        "validity",
        r"\b(?:valid for|validity|how (?:long|many years) .*\bvalid|expir(?:e|es|y))\b|有效期",
        r"\bvalid(?:ity)?\b|\bexpir\w+|有效期",
    ),
    _facet(
        "fee",
        r"\b(?:fees?|charges?|price|prices|tariff for|how much (?:does|do|is|are) .*\bcost|costs?|rent|"
        r"what does it cost)\b|费用|收费|手续费|多少钱|交多少|收多少|价格|租金",
        r"\bfees?\b|\bcharges?\b|\bprice\b|\bfor free\b|\bduties\b|\btax\b|费|价格",
    ),
    _facet(
        "penalty",
        r"\b(?:fines?|fined|penalt(?:y|ies)|punish\w*|sanction\w*)\b|罚款|处罚|罚多少|罚钱",
        r"\bpenalt\w+|\bfines?\b|\bpunish\w*|罚",
    ),
    _facet(
        "money",
        r"\b(?:how much (?:cash|money|security|deposit)|what (?:total )?(?:sum|amount|value) in|"
        r"(?:above|below|up to|over) what (?:sum|value|amount)|deposit|in yuan|in dollars)\b"
        r"|多少元|多少人民币|限额是多少|上限是多少|总值上限|保证金|金额",
        r"\d[\d,]*\s*(?:Chinese\s*)?(?:yuan|RMB|dollars?|USD|EUR)|\bdeposit\b|[\d,]+\s*(?:万)?元",
    ),
    _facet(
        "count",
        r"\b(?:how many|maximum number|number of|most) (?:\w+ )?(?:pieces?|units?|items?|copies|persons|"
        r"people|animals|samples|digits)\b|几(?:件|只|份|个人|位|台|次)|多少(?:件|只|份|人|位|台|个)",
        rf"\b{_COUNT}\s+(?!of\b)\w+|{_CHINESE_COUNT}(?:件|只|份|名|位|台)",
    ),
    _facet(
        "percentage",
        r"\b(?:percent(?:age)?|what share|what rate|loss rate|refund rate|how many percent)\b|%"
        r"|百分之|百分比|比例|损耗率|查验率|退税率|税率",
        r"\d\s*%|\bpercent|百分之|税率",
    ),
    _facet(
        "telephone",
        r"\b(?:tele)?phone\b|\bhotline\b|\bring\b|\bcall them\b|电话|热线",
        r"\d{3,4}-\d{6,8}|\bContact No\b|电话",
    ),
    _facet(
        "web address",
        r"\b(?:web ?site|web address|url|link|portal|log-?in|online address)\b|网址|网站|登录|链接",
        r"\[[^\]]*\]\(|https?:|www\.|\bclick here\b|网站",
    ),
    _facet(
        "opening hours",
        r"\b(?:opening hours|open to the public|at what hours?|what time|office hours)\b|几点|开放时间|营业时间",
        r"\b\d{1,2}(?::\d{2})?\s*(?:a\.?m|p\.?m|o'clock)|\d{1,2}:\d{2}|点",
    ),
    _facet(
        "code",
        r"\b(?:which|what|whose|the) (?:[\w-]+ ){0,4}codes?\b|\bcode (?:stands|applies|for)\b|代码|编码是|编号",
        r"\bcode\s*\d+|\d{4}\b|代码",
    ),
    _facet(
        "appeal",
        r"\b(?:appeal|object to|complain\w*|turned down|review the refusal|legal remedy|lawsuit)\b|复议|申诉|诉讼",
        r"\bappeal|\breconsider|\blawsuit|复议|诉讼",
    ),
    _facet("visa", r"\bvisas?\b|签证", r"\bvisas?\b|签证"),
    _facet("weather", r"\bweather\b|天气", r"\bweather\b|天气"),
)


def asked_facets(question: str) -> tuple[Facet, ...]:
    return tuple(facet for facet in FACETS if facet.asked.search(question))
