"""Texts against a corpus of made-up documents: what each citation and each rule is told."""

import json
from datetime import date
from pathlib import Path

import docx
import pytest
from commands import Invoke
from page_index import real_desk
from small_corpus import LAW_2018, LAW_2024, NEW_DEPOSITS, OLD_DEPOSITS, with_documents

from app.contract import CheckOutcome
from app.desk import ClauseDesk
from app.text_check.check import BadText, TextChecker
from app.text_check.report import CheckedCitation, CheckedSentence, CitationVerdict, TextCheck
from app.wording import Language

V, C = CitationVerdict, CheckOutcome
NEW, OLD = "gacc-2022-8", "gacc-2019-5"
SALES = """GACC Announcement No. 3 of 2020 on Sales at Exhibitions

1. Goods under bond shall not be sold in the hall.

2. Goods may leave the hall if they are sealed.

3. This Announcement shall enter into force as from 1 June 2020.
"""
ITEM_2 = "An exhibitor shall pay a deposit of 4,500 yuan for each exhibit that stays in the hall"


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> TextChecker:
    folder = tmp_path_factory.mktemp("corpus")
    settings = with_documents(folder, SALES, OLD_DEPOSITS, NEW_DEPOSITS, LAW_2018, LAW_2024)
    return TextChecker(ClauseDesk.open(settings).searcher())


def check(checker: TextChecker, text: str, day: date = date(2026, 1, 1)) -> TextCheck:
    told = checker.check(text, day)
    for one in told.citations:
        assert text[one.start : one.end] == one.words
    return told


def only(told: tuple[CheckedCitation, ...]) -> CheckedCitation:
    (one,) = told
    return one


@pytest.mark.parametrize(
    ("text", "verdict", "right"),
    [
        # words in quotation marks
        (f"GACC Announcement No. 8 of 2022, item 2, says: “{ITEM_2}.”", V.RIGHT, None),
        (f"“{ITEM_2}” (item 2 of Announcement No. 8 of 2022).", V.RIGHT, None),
        ("Announcement No. 8 of 2022, item 2: “pay a deposit … that stays in the hall”", V.RIGHT, None),
        (f"Announcement No. 8 of 2022, item 2: “{ITEM_2.replace('4,500', '4,800')}”", V.OTHER_WORDS, None),
        (f"Announcement No. 8 of 2022, item 1: “{ITEM_2}”", V.NUMBER_WRONG, f"{NEW}#2"),
        ("《样品检验办法》第二条规定：“样品应当在五日内送检。”", V.RIGHT, None),
        ("《样品检验办法》第三条规定：“样品应当在五日内送检。”", V.NUMBER_WRONG, "-2024#2"),
        ("《样品检验办法》第二条规定：“样品应当在九日内送检。”", V.OTHER_WORDS, None),
        # what the quotation leaves out may turn it
        ("Announcement No. 5 of 2019, item 4: “This … into force”", V.NOT_IN_FORCE, None),
        ("Announcement No. 3 of 2020, item 1: “Goods … be sold in the hall”", V.OTHER_WORDS, None),
        ("Announcement No. 3 of 2020, item 1: “be sold in the hall”", V.NOT_CHECKED, None),
        ("Announcement No. 3 of 2020, item 2: “Goods may leave the hall”", V.NOT_CHECKED, None),
        ("Announcement No. 3 of 2020, item 2: “leave the hall if they are sealed”", V.RIGHT, None),
        # of two quotations the wrong one decides
        (f"Announcement No. 8 of 2022, item 2, says “{ITEM_2}” and “for each exhibit that was sold”.", V.OTHER_WORDS, None),
        # a title in a quotation makes no title of it
        ("《样品检验办法》第五条规定：“本办法自2015年5月1日起施行。《样品管理规定》同时修改。”", V.OTHER_WORDS, None),
        # the words of an older text
        ("《样品检验办法》第二条规定：“样品应当在十日内送检。”", V.AMENDED, None),
        # rules in the text's own words
        (f"Under item 2 of GACC Announcement No. 8 of 2022, {ITEM_2}.", V.RIGHT, None),
        (f"Under item 1 of GACC Announcement No. 8 of 2022, {ITEM_2}.", V.NUMBER_WRONG, f"{NEW}#2"),
        # the clause that is cited, with another figure or date; the right figure elsewhere comes first
        (f"Under item 2 of GACC Announcement No. 8 of 2022, {ITEM_2.replace('4,500', '4,800')}.", V.SAYS_OTHERWISE, None),
        ("Under item 3 of GACC Announcement No. 3 of 2020, the announcement enters into force on 1 May 2022.", V.SAYS_OTHERWISE, None),
        # a sentence that tells of a document's end does not rely on it
        ("Announcement No. 5 of 2019 was repealed.", V.RIGHT, None),
        ("Item 2 of Announcement No. 5 of 2019 was repealed on 1 May 2022.", V.RIGHT, None),
        # not held, told apart
        (f"{ITEM_2} (item 2 of GACC Announcement No. 9 of 2022).", V.NO_DOCUMENT, None),
        (f"{ITEM_2} (item 12 of GACC Announcement No. 8 of 2022).", V.NO_CLAUSE, None),
        ("Article 5 of the Water Law forbids it.", V.NOT_CHECKED, None),
        # repealed on the day
        ("Under item 3 of GACC Announcement No. 5 of 2019, exhibits made of ivory may be shown behind glass only.", V.NOT_IN_FORCE, None),
        # nothing is proved by a mere mention
        ("See item 2 of GACC Announcement No. 8 of 2022.", V.NOT_CHECKED, None),
    ],
)  # fmt: skip
def test_a_citation(checker: TextChecker, text: str, verdict: V, right: str | None) -> None:
    told = only(check(checker, text).citations)
    assert told.verdict is verdict, told
    if right is not None:
        assert told.right_clause_id is not None
        assert told.right_clause_id.endswith(right)


@pytest.mark.parametrize(
    "text",
    [
        "GACC Announcement No. 67 of 2016 repeals GACC Announcement No. 2 of 2011.",
        "海关总署公告2016年第67号自2017年1月1日起施行，同时废止海关总署公告2011年第2号。",
        "海关总署公告2011年第2号已被海关总署公告2016年第67号废止。",
        "GACC Announcement No. 2 of 2011 was, as from 2017, replaced by GACC Announcement No. 67 of 2016.",
        "Announcement No. 2 of 2011 (now repealed) said so.",
    ],
)
def test_that_a_document_was_repealed_is_no_warning_where_the_sentence_tells_it(text: str) -> None:
    assert not TextChecker(real_desk().searcher()).check(text, date(2026, 1, 1)).wrong


@pytest.mark.parametrize(
    "text",
    [
        "Apply GACC Announcement No. 2 of 2011, as amended.",
        "Under GACC Announcement No. 2 of 2011, amended forms are refused.",
        "GACC Announcement No. 2 of 2011, revised in 2015, requires a manual.",
        "Goods must be declared under the amended GACC Announcement No. 2 of 2011.",
        "海关总署公告2011年第2号尚未废止。",
    ],
)
def test_a_repealed_document_that_is_relied_on_is_told(text: str) -> None:
    told = only(TextChecker(real_desk().searcher()).check(text, date(2026, 1, 1)).citations)
    assert told.verdict is V.NOT_IN_FORCE


def test_each_place_of_a_sentence_is_held_against_its_own_rule() -> None:
    text = (
        "Expendable materials are entered in the same manual as the other imported materials "
        "(item 6 of GACC Announcement No. 67 of 2016) and import duties are levied when expendable "
        "materials are sold domestically outside the control areas (item 3 of that Announcement)."
    )
    told = TextChecker(real_desk().searcher()).check(text).citations
    assert [one.verdict is V.NUMBER_WRONG for one in told] == [False, True]
    assert told[1].right_clause_id == "gacc-2016-67#8"


@pytest.mark.parametrize(
    ("text", "clause_id", "reason"),
    [
        ("Enterprises must pay the duties on domestic sales before the 20th day of each month.",
         "gacc-2018-19#2.1.4", "the quote has 15 there, not 20"),
        ("Under item 9 of GACC Announcement No. 67 of 2016, the rule enters into force on 1 March 2017.",
         "gacc-2016-67#9", "the quote has 1 January 2017 there, not 1 March 2017"),
        ("Expendable materials shall not be declared separately from other bonded materials.",
         "gacc-2016-67#6.p2", "the sentence says “shall not” where the quote says “shall”"),
    ],
)  # fmt: skip
def test_a_contradiction_is_told_once_with_what_stands_there(
    text: str, clause_id: str, reason: str
) -> None:
    told = TextChecker(real_desk().searcher()).check(text)
    (rule,) = told.sentences
    assert (rule.check, rule.clause_id, rule.reason) == (C.FAILED, clause_id, reason)
    assert all(one.verdict is V.SAYS_OTHERWISE for one in told.citations)


def test_a_wrong_quotation_contradicts_no_sentence_but_its_own(checker: TextChecker) -> None:
    text = (
        f"Under item 2 of GACC Announcement No. 8 of 2022, {ITEM_2}. "
        "It adds: “Each exhibit must be insured in the hall.”"
    )
    told = check(checker, text)
    assert only(told.citations).verdict is V.OTHER_WORDS
    assert told.sentences[0].check is C.VERIFIED


def test_a_repeal_is_proved_by_its_clause_and_only_from_its_day_on(checker: TextChecker) -> None:
    text = "Under item 3 of GACC Announcement No. 5 of 2019, exhibits made of ivory may be shown behind glass only."
    assert only(check(checker, text).citations).status_proof == f"{NEW}#3"
    assert only(check(checker, text, date(2021, 1, 1)).citations).verdict is V.RIGHT


@pytest.mark.parametrize(
    ("text", "outcome", "clause_id"),
    [
        (f"{ITEM_2}.", C.VERIFIED, f"{NEW}#2"),
        (f"{ITEM_2.replace('4,500', '4,800')} (item 2 of Announcement No. 8 of 2022).", C.FAILED, f"{NEW}#2"),
        (f"{ITEM_2.replace('shall', 'need not')} (item 2 of Announcement No. 8 of 2022).", C.FAILED, f"{NEW}#2"),
        ("Every visitor shall wear a yellow hat on the third day.", C.NOT_CHECKED, None),
        ("样品应当在五日内送检。", C.VERIFIED, None),
        ("Under item 2 of Announcement No. 3 of 2020, goods may leave the hall.", C.NOT_CHECKED, None),
        # true of another document than the one that it names
        # the number of a citation within the rule contradicts nothing, another figure does
        (f"Since item 2 of Announcement No. 8 of 2022 says so, {ITEM_2[0].lower()}{ITEM_2[1:]}.", C.NOT_CHECKED, None),
        (f"Since item 2 of Announcement No. 8 of 2022 says so, {ITEM_2[0].lower()}{ITEM_2[1:].replace('4,500', '4,800')}.", C.FAILED, f"{NEW}#2"),
        ("Announcement No. 8 of 2022 shall enter into force as from 1 June 2020.", C.FAILED, f"{NEW}#3"),
        ("Section 9 of our contract says the same as the hall.", C.NOT_CHECKED, None),
        ("3. Exhibits count as goods of the hall under item 2 of Announcement No. 8 of 2022.", C.NOT_CHECKED, None),
    ],
)  # fmt: skip
def test_a_sentence(checker: TextChecker, text: str, outcome: C, clause_id: str | None) -> None:
    (told,) = check(checker, text).sentences
    assert told.check is outcome, told
    proved = told.reason in ("", "word for word", "逐字一致")
    assert proved is (outcome is C.VERIFIED)
    assert clause_id is None or told.clause_id == clause_id


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        (f"Announcement No. 8 of 2022, item 1: “{ITEM_2}”", "zh", "此文字见海关总署公告2022年第8号第2条"),
        (f"Announcement No. 8 of 2022, item 1: “{ITEM_2}”", None, "these words stand in item 2 of GACC Announcement No. 8 of 2022"),
        ("《样品检验办法》第三条规定：“样品应当在五日内送检。”", None, "此文字见样品检验办法第二条"),
        ("Article 5 of the Water Law forbids it.", "zh", "不能证实收录的文件中有此名称者"),
        ("Under item 3 of GACC Announcement No. 5 of 2019, exhibits made of ivory may be shown behind glass only.", "zh", "已于2022年"),
        ("See item 2 of GACC Announcement No. 8 of 2022.", "zh", "条款存在；文稿未述及其内容"),
    ],
)  # fmt: skip
def test_why_a_citation_is_wrong_is_told_in_the_readers_language_or_the_texts(
    checker: TextChecker, text: str, language: Language | None, reason: str
) -> None:
    told = checker.check(text, date(2026, 1, 1), language=language)
    assert only(told.citations).reason.startswith(reason)
    assert told.language == (language or ("zh" if "样品" in text else "en"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ITEM_2.replace("4,500", "4,800"), "条文此处为4,500，而非4,800"),
        (ITEM_2.replace("shall", "need not"), "该句说“need not”，而条文说“shall”"),
        ("Every visitor shall wear a yellow hat on the third day", "属非官方译文，未逐字核对"),
        ("样品应当在九日内送检", "所引条文中没有"),
    ],
)
def test_why_a_sentence_is_not_proved_is_told_in_chinese(
    checker: TextChecker, text: str, reason: str
) -> None:
    (told,) = checker.check(f"{text}.", date(2026, 1, 1), language="zh").sentences
    assert reason in told.reason


@pytest.mark.parametrize(
    ("text", "day", "verdict", "reason"),
    [
        ("Decree No. 111 of the GACC shall be observed.", date(2026, 1, 1), V.NO_DOCUMENT,
         "the corpus does not hold this document; it is cited in item 7, paragraph 3 of GACC Announcement No. 67 of 2016"),
        ("Announcement No. 2 of 2011 applies to it.", date(2026, 1, 1), V.NOT_IN_FORCE,
         "repealed as from 1 January 2017; item 9 of GACC Announcement No. 67 of 2016 repeals it; the corpus does not hold this document"),
        ("Announcement No. 2 of 2011 applies to it.", date(2016, 12, 1), V.NO_DOCUMENT,
         "the corpus does not hold this document; it is cited in item 9 of GACC Announcement No. 67 of 2016"),
    ],
)  # fmt: skip
def test_what_the_corpus_tells_of_a_document_that_is_not_held(
    text: str, day: date, verdict: CitationVerdict, reason: str
) -> None:
    told = only(TextChecker(real_desk().searcher()).check(text, day).citations)
    assert (told.verdict, told.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("cited", "rule", "verdict", "right"),
    [
        ("GACC Announcement No. 19 of 2018, item II.1(5)",
         "For goods under bond that were sold at home last month, pay what is due by the 15th",
         V.NUMBER_WRONG, "gacc-2018-19#2.1.4"),
        ("GACC Announcement No. 19 of 2018, item II.1(4)",
         "For goods under bond that were sold at home last month, pay what is due by the 15th",
         V.NOT_CHECKED, None),
        ("海关总署公告2016年第68号第二条", "建立H账册，委托加工货物与其他保税货物分开存放", V.NUMBER_WRONG, "gacc-2016-68#3"),
        ("海关总署公告2016年第68号第三条", "建立H账册，委托加工货物与其他保税货物分开存放", V.NOT_CHECKED, None),
        ("海关总署公告2018年第19号第二条第2款第（二）项", "周期超过一年的，每年申报一次", V.NOT_CHECKED, None),
        ("《2018海上丝绸之路博览会展品出入境通关须知》", "展品在进境口岸申报", V.NOT_CHECKED, None),
        ("《海上人命安全公约实施办法》", "展品在进境口岸申报", V.NO_DOCUMENT, None),
    ],
)  # fmt: skip
def test_a_rule_in_other_words_or_another_language(
    cited: str, rule: str, verdict: CitationVerdict, right: str | None
) -> None:
    told = only(TextChecker(real_desk().searcher()).check(f"{rule} ({cited}).").citations)
    assert (told.verdict, told.right_clause_id) == (verdict, right)


@pytest.mark.parametrize(
    ("text", "outcome", "clause_id"),
    [
        # other figures, times, forces and things, in free words and in the other language
        ("Each visitor may take three companion animals along to China.", C.FAILED, "msr-expo-2018#4.2.3.p1"),
        ("Each visitor may take one companion animal along to China.", C.NOT_CHECKED, None),
        ("Anyone who needs bonded materials from inside can tell Customs afterwards (item 4 of GACC Announcement No. 68 of 2016).", C.FAILED, "gacc-2016-68#4"),
        ("企业被移出后，应在90日内申请核销账册（海关总署公告2018年第19号第二条第6款）。", C.FAILED, "gacc-2018-19#2.6"),
        ("企业被移出后，应在30日内申请核销账册（海关总署公告2018年第19号第二条第6款）。", C.NOT_CHECKED, None),
        ("海关总署公告2016年第68号第十一条：残次品、边角料可以不出区。", C.FAILED, "gacc-2016-68#11"),
        # no word of a rule, but what rules speak of: it is not passed over
        ("Tasting samples come free of Chinese labels as well, nothing else is done.", C.NOT_CHECKED, None),
        # a denial of the opposite says the same
        ("Expendable materials must not be declared together with other bonded materials.", C.NOT_CHECKED, None),
        # words that the clause cited does not have
        ("Item 12 of GACC Announcement No. 68 of 2016 wants a write-off “once every calendar year”.", C.FAILED, "gacc-2016-68#12"),
    ],
)  # fmt: skip
def test_a_rule_that_is_told_otherwise_in_free_words(
    text: str, outcome: C, clause_id: str | None
) -> None:
    (told,) = TextChecker(real_desk().searcher()).check(text).sentences
    assert (told.check, told.clause_id) == (outcome, clause_id), told


def test_a_rule_that_stands_elsewhere_is_not_verified_of_the_clause_cited(
    checker: TextChecker,
) -> None:
    told = check(checker, f"{ITEM_2} (item 1 of GACC Announcement No. 8 of 2022).")
    (rule,) = told.sentences
    assert only(told.citations).verdict is V.NUMBER_WRONG
    assert (rule.check, rule.clause_id) == (C.NOT_CHECKED, f"{NEW}#2")
    assert rule.reason == "this rule stands in item 2 of GACC Announcement No. 8 of 2022"


def test_a_title_in_another_language_may_name_the_document_that_is_held() -> None:
    text = "《2018海上丝绸之路博览会展品出入境通关须知》四（二）1：参展人员可以带自用物品。"
    told = only(TextChecker(real_desk().searcher()).check(text).citations)
    assert told.clause_id == "msr-expo-2018#4.2.1"
    assert told.verdict is V.NOT_CHECKED
    assert told.reason == "标题与文件的语言不同；可能是此文件"


@pytest.mark.parametrize(
    ("text", "verdict", "right"),
    [
        (  # by a part of its name, and by another number than the rule's
            "An animal without a vaccination certificate can be released by Customs once it has been "
            "inoculated, see section 四(二)2 of the Expo guidelines.",
            V.NUMBER_WRONG,
            "msr-expo-2018#4.2.3.p1",
        ),
        (  # by a Chinese title of an English document
            "《2018海上丝绸之路博览会展品出入境通关须知》四（二）2：包裹里只有一件不可分割的物品，"
            "虽超过限值但经海关审核确属自用的，可以按个人物品办理。",
            V.NUMBER_WRONG,
            "msr-expo-2018#4.2.1.p3",
        ),
        (  # another document than the one that has the rule
            "Expendable materials are recorded in the same manual as the other materials and products of "
            "the processing trade (item 6 of GACC Announcement No. 68 of 2016).",
            V.NUMBER_WRONG,
            "gacc-2016-67#6",
        ),
        ("Call a taxi (section 四(二)2 of the Expo guidelines).", V.NOT_CHECKED, None),
    ],
)
def test_a_document_that_is_not_surely_named_is_told_by_what_is_said_of_it(
    text: str, verdict: CitationVerdict, right: str | None
) -> None:
    told = only(TextChecker(real_desk().searcher()).check(text).citations)
    assert (told.verdict, told.right_clause_id) == (verdict, right)


def test_the_document_just_named_is_meant_behind_other_words_too() -> None:
    text = (
        "料件从区外进区时填报出口报关单（海关总署公告2016年第68号第五条）。"
        "剩余料件退回区外时，区内企业填报出区备案清单，依据是该公告第十四条。"
    )
    told = TextChecker(real_desk().searcher()).check(text).citations
    assert [one.document_id for one in told] == ["gacc-2016-68", "gacc-2016-68"]
    assert told[1].verdict is V.NO_CLAUSE


def test_a_guide_named_by_its_kind_is_not_the_document_named_before_it() -> None:
    text = (
        "依据是2008年第83号公告。展品通关按其通关须知二（一）2（5）办理，持单证册的可以直接通关。"
    )
    told = TextChecker(real_desk().searcher()).check(text).citations
    assert [one.verdict for one in told] == [V.NO_DOCUMENT, V.NOT_CHECKED]


@pytest.mark.parametrize(
    "text",
    [
        "Please file this under Item 9 of GACC Announcement No. 67 of 2016.",
        "We attach a copy of item 3 of GACC Announcement No. 68 of 2016 for your records.",
        "The meeting on Friday is about item Ⅱ 6 of GACC Announcement No. 19 of 2018.",
    ],
)
def test_what_says_nothing_of_a_clause_calls_no_number_wrong(text: str) -> None:
    told = TextChecker(real_desk().searcher()).check(text).citations
    assert [one.verdict for one in told] == [V.NOT_CHECKED]


def test_a_bare_reference_is_no_rule(checker: TextChecker) -> None:
    told = check(
        checker,
        "4. See also GACC Announcement No. 99 of 2019, item 4.\n5. 另见海关总署公告2019年第99号第四条。",
    )
    assert [one.verdict for one in told.citations] == [V.NO_DOCUMENT, V.NO_DOCUMENT]
    assert not told.sentences


def test_a_clause_that_contradicts_a_sentence_is_not_told_as_right() -> None:
    text = "企业被移出后，应在90日内申请核销账册（海关总署公告2018年第19号第二条第6款）。"
    told = only(TextChecker(real_desk().searcher()).check(text).citations)
    assert (told.verdict, told.clause_id) == (V.SAYS_OTHERWISE, "gacc-2018-19#2.6")


def test_what_states_no_rule_is_left_alone(checker: TextChecker) -> None:
    told = check(checker, "Dear colleagues\n\nThank you for your letter. Is it urgent?\n")
    assert told.citations == told.sentences == ()


def test_a_text_without_words_is_refused(checker: TextChecker) -> None:
    with pytest.raises(BadText, match="empty"):
        checker.check(" \n")


def test_the_command_tells_marks_and_writes_them_into_word(
    app: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = with_documents(tmp_path, NEW_DEPOSITS)
    monkeypatch.setattr("app.cli._ready_desk", lambda: ClauseDesk.open(settings))
    memo = tmp_path / "memo.txt"
    memo.write_text(f"Note\n\nItem 1 of GACC Announcement No. 8 of 2022: “{ITEM_2}.”\n", "utf-8")
    out = tmp_path / "memo.docx"
    ended = app("check", memo, "--export", out, "--as-of", "2026-01-01")
    assert ended.code == 1
    assert "line 3: Item 1 of GACC Announcement No. 8 of 2022" in ended.out
    assert (
        f"Number wrong · these words stand in item 2 of GACC Announcement No. 8 of 2022 · {NEW}#1 · see {NEW}#2"
        in ended.out
    )
    written = docx.Document(str(out))
    assert f"“{ITEM_2}.”" in "\n".join(paragraph.text for paragraph in written.paragraphs)
    assert any("Number wrong" in comment.text for comment in written.comments)
    told = json.loads(app("check", memo, "--json", "--as-of", "2026-01-01").out)
    assert told["citations"][0]["verdict"] == "number_wrong"


def test_the_command_and_its_word_file_speak_chinese_when_asked(
    app: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = with_documents(tmp_path, NEW_DEPOSITS)
    monkeypatch.setattr("app.cli._ready_desk", lambda: ClauseDesk.open(settings))
    memo, out = tmp_path / "memo.txt", tmp_path / "memo.docx"
    memo.write_text(f"Item 1 of GACC Announcement No. 8 of 2022: “{ITEM_2}.”\n", "utf-8")
    ended = app("check", memo, "--export", out, "--as-of", "2026-01-01", "--lang", "zh")
    told = f"条款号有误 · 此文字见海关总署公告2022年第8号第2条 · {NEW}#1 · 见 {NEW}#2"
    assert told in ended.out
    assert "引用 1 处 (条款号有误 1)" in ended.err
    written = docx.Document(str(out))
    assert told in [comment.text for comment in written.comments]
    assert written.paragraphs[-1].text.startswith("以2026年1月1日为准")


def test_an_ending_that_is_not_written_is_refused_at_once(app: Invoke, tmp_path: Path) -> None:
    ended = app("check", tmp_path / "none.txt", "--export", tmp_path / "memo.odt")
    assert (ended.code, ended.err) == (
        2,
        "error: memo.odt: a checked text is written as .docx or .json\n",
    )


def test_marks_stand_in_the_order_of_the_text(checker: TextChecker) -> None:
    told = check(checker, f"{ITEM_2} (item 2 of Announcement No. 8 of 2022). {ITEM_2}.")
    assert [type(mark) for mark in told.marks] == [
        CheckedSentence,
        CheckedCitation,
        CheckedSentence,
    ]
