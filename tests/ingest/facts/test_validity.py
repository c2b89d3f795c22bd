"""When a rule begins and ends to be in force by its own words, and what is said of others."""

from datetime import date

import pytest
from small_corpus import documents_of, facts_of

from app.wording import status_line
from ingest.corpus.documents import timeline_of
from ingest.facts.modifications import Status

JULY = date(2022, 7, 1)
JUNE = date(2024, 6, 30)


def chinese(sentence: str) -> str:
    return f"关于样品的公告\n\n2022年5月1日 海关总署公布\n\n一、甲。\n\n二、{sentence}\n"


def english(sentence: str) -> str:
    return (
        "GACC Announcement No. 414 of 2021 on Samples\n\n(Published by Order No. 117 on 1 May 2022)"
        f"\n\n1. A.\n\n2. {sentence}\n"
    )


@pytest.mark.parametrize(
    ("sentence", "begins", "until"),
    [
        ("本公告自2022年7月1日起施行，有效期至2024年6月30日。", JULY, JUNE),
        ("本公告自2022年7月1日起施行，有效期2年。", JULY, JUNE),
        ("本公告自２０２２年７月１日起施行，有效期两年。", JULY, JUNE),
        ("本办法自二〇二二年七月一日起试行，试行期二年。", JULY, JUNE),
        ("本公告自2022年7月1日起至2024年6月30日止施行。", JULY, JUNE),
        ("本公告执行期限为2022年7月1日至2024年6月30日。", JULY, JUNE),
        ("上述政策自2022年7月1日起执行至2024年6月30日。", JULY, JUNE),
        ("本办法自2022年7月1日起施行，至2024年6月30日止。", JULY, JUNE),
        ("本公告自2022年7月1日起施行，2024年6月30日自动失效。", JULY, JUNE),
        ("本公告有效期至2024年6月30日。", None, JUNE),
        ("本公告自2024年7月1日起停止执行。", None, JUNE),
        ("本公告自公布之日起施行，有效期3年。", date(2022, 5, 1), date(2025, 4, 30)),
        ("本公告有效期截至2024年底。", None, date(2024, 12, 31)),
        ("本法自1986年10月1日施行。", date(1986, 10, 1), None),
        ("现予公布，自2022年7月1日起施行。", JULY, None),
        # it goes on by itself, so nothing proves an end
        ("本公告自2022年7月1日起施行，有效期2年，期满自动延续。", JULY, None),
        # of something else
        ("许可证有效期为5年。", None, None),
        ("本公告自2022年7月1日起施行。许可证自签发之日起生效，有效期2年。", JULY, None),
        ("证书由持证人保存，有效期十年。", None, None),
        ("应当在证书有效期限届满3个月前申请换发。", None, None),
        ("《样品公约》自2020年1月1日起生效。", None, None),
        ("《样品公约》经国务院核准，自2022年8月1日起生效。", None, None),
        ("海关总署公告2020年第5号有效期延长至2025年12月31日。", None, None),
        ("协定自2020年1月1日起对我国生效，本公告自公布之日起施行。", date(2022, 5, 1), None),
    ],
)
def test_chinese_terms(sentence: str, begins: date | None, until: date | None) -> None:
    facts = facts_of(chinese(sentence))
    assert facts.in_force_from == begins
    assert [end.until for end in facts.expiries] == ([until] if until else [])
    assert all(end.proof == "x#2" for end in facts.expiries)


@pytest.mark.parametrize(
    ("sentence", "begins", "until"),
    [
        ("This Announcement shall enter into force on July 1, 2022 and shall remain valid until June 30, 2024.", JULY, JUNE),
        ("This Announcement shall enter into force as from 1 July 2022 and shall remain valid for two years.", JULY, JUNE),
        ("These Measures shall be effective from 1 July 2022 to 30 June 2024.", JULY, JUNE),
        ("The above measures shall be implemented from 1 July 2022 until 30 June 2024.", JULY, JUNE),
        ("This Announcement shall be valid from July 1, 2022 through June 30, 2024.", JULY, JUNE),
        ("This Announcement shall expire on 30 June 2024.", None, JUNE),
        ("This Announcement shall lapse on 30 June 2024.", None, JUNE),
        ("This Announcement shall cease to have effect on 1 July 2024.", None, JUNE),
        ("This Announcement enters into force on the date of its publication and is valid for a period of three (3) years.", date(2022, 5, 1), date(2025, 4, 30)),
        ("From 1 July 2022, this Announcement shall take effect.", JULY, None),
        ("These Measures are hereby promulgated and shall come into force as of 1 July 2022.", JULY, None),
        ("This Agreement shall enter into force on 1 July 2022 and remain in force for ten years, and shall thereafter continue in force.", JULY, None),
        # of something else
        ("The Convention enters into force on 1 March 2020.", None, None),
        ("The permit shall remain valid for two years.", None, None),
        ("A certificate takes effect on 5 May 2020 and expires on 5 May 2021.", None, None),
        ("The permit is issued under this Announcement and shall be valid until 1 May 2020.", None, None),
        ("Amendments to this Announcement shall enter into force on 1 July 2025.", None, None),
        ("When the Protocol enters into force on 1 May 2030, this Announcement shall be reviewed.", None, None),
    ],
)  # fmt: skip
def test_english_terms(sentence: str, begins: date | None, until: date | None) -> None:
    facts = facts_of(english(sentence))
    assert facts.in_force_from == begins
    assert [end.until for end in facts.expiries] == ([until] if until else [])


@pytest.mark.parametrize(
    ("sentence", "items"),
    [
        ("Article 5 of this Announcement shall remain valid until 31 December 2022.", ("5",)),
        ("本办法第五条执行至2023年12月31日。", ("5",)),
        ("本条有效期至2023年12月31日。", ("2",)),
    ],
)
def test_a_part_ends_by_itself(sentence: str, items: tuple[str, ...]) -> None:
    text = english(sentence) if sentence.isascii() else chinese(sentence)
    assert [end.items for end in facts_of(text).expiries] == [items]


def test_a_rule_is_expired_from_the_day_after_its_last() -> None:
    text = "海关总署公告2022年第215号\n\n一、甲。\n\n二、本公告自2022年7月1日起施行，有效期至2024年6月30日。\n"
    timeline = timeline_of(documents_of(text))
    last = timeline.status("gacc-2022-215", "1", JUNE)
    after = timeline.status("gacc-2022-215", "1", date(2024, 7, 1))
    assert last.status is Status.IN_FORCE
    assert (after.status, after.since, after.proof) == (
        Status.EXPIRED, date(2024, 7, 1), "gacc-2022-215#2",
    )  # fmt: skip
    assert status_line(after, "en") == "expired: no longer in force since 1 July 2024"


def test_of_two_ends_the_first_counts() -> None:
    expiring = (
        "GACC Announcement No. 5 of 2021 on Samples\n\n1. A.\n\n2. This Announcement shall enter "
        "into force on 1 January 2021 and shall remain valid until 31 December 2022.\n"
    )
    repealing = (
        "GACC Announcement No. 6 of 2024 on Samples\n\n1. GACC Announcement No. 5 of 2021 is "
        "repealed.\n\n2. This Announcement shall enter into force on 1 May 2024.\n"
    )
    timeline = timeline_of(documents_of(expiring, repealing))
    assert timeline.status("gacc-2021-5", "1", date(2025, 1, 1)).status is Status.EXPIRED


@pytest.mark.parametrize(
    ("text", "issued", "begins"),
    [
        # an annex behind the signature
        (
            "关于样品的公告\n\n一、甲。\n\n二、本公告自公布之日起施行。\n\n海关总署\n\n2024年11月20日\n\n"
            "附件\n\n样品封志规范\n\n一、封志编号为12位。\n",
            date(2024, 11, 20),
            date(2024, 11, 20),
        ),
        (
            "Measures on Samples\n\n(Published by Order No. 117 of the General Administration of "
            "Customs on 5 June 2004 and revised by Order No. 198 on 1 July 2010)\n\n1. A.\n\n"
            "2. These Measures shall enter into force upon their publication on 5 June 2004.\n",
            date(2010, 7, 1),
            None,
        ),
        (
            "样品检验办法\n\n2012年3月26日 海关总署公布\n\n2012年4月10日 施行\n\n第一条 甲。\n",
            date(2012, 3, 26),
            date(2012, 4, 10),
        ),
        (
            "样品检验办法\n\n（署务会议通过 2002年8月16日海关总署公布 自2002年8月23日起施行）\n\n第一条 甲。\n",
            date(2002, 8, 16),
            date(2002, 8, 23),
        ),
        (
            "Agreement on Samples\n\n1. A.\n\nDONE at The Hague, this seventeenth day of February "
            "1953, in duplicate.\n",
            date(1953, 2, 17),
            None,
        ),
    ],
)
def test_issue_and_force(text: str, issued: date, begins: date | None) -> None:
    facts = facts_of(text)
    assert (facts.issued, facts.in_force_from) == (issued, begins)


def test_a_law_published_and_revised_by_order_knows_both() -> None:
    facts = facts_of(english("A.").replace("1 May 2022)", "1 May 2022 and revised on 3 June 2023)"))
    assert (facts.issued, facts.amended) == (date(2023, 6, 3), date(2023, 6, 3))


def test_a_bracketed_line_that_names_no_day_is_no_enactment() -> None:
    text = "# 化妆品备案办法\n\n（市药妆监督局令第9号）\n\n第一条 本办法适用于进口化妆品。\n"
    assert facts_of(text).issued is None


def test_signs_that_nobody_sees_hide_no_day() -> None:
    written = english("This Announcement shall enter into force as from 1 July 2022 and shall remain valid until 30 June 2024.")  # fmt: skip
    typeset = written.replace("shall ", "shall\u00a0").replace("into ", "in\u00adto\u2009")
    facts = facts_of(typeset)
    assert facts.in_force_from == JULY
    assert [end.until for end in facts.expiries] == [JUNE]
