"""Search words, the cleaned view and sentence spans."""

import string
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.text.clean_view import clean_view
from ingest.text.sentences import sentences
from ingest.text.tokenizer import Tokenizer
from ingest.text.word_splitting import split_run

TOKENIZER = Tokenizer(["暂时进境", "加工贸易"])

# text as it comes: English, Chinese, marks, numbers, white space, and what no one expects
ANY_TEXT = st.one_of(
    st.text(),
    st.text(alphabet="aB. \n1(),;:!?。（）一、Ⅱ海关'’-/@[]#", max_size=80),
)


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("theCustoms", "the Customs"),
        ("ofQuarantine", "of Quarantine"),
        ("theCCC", "the CCC"),
        ("CCCand", "CCC and"),
        ("MSRExpo", "MSR Expo"),
        ("ConsigneeAgent", "Consignee Agent"),
        ("TheApplication", "The Application"),
        ("duringthe", "during the"),
        ("Chineseyuaneach", "Chinese yuan each"),
        ("Quarantineand", "Quarantine and"),
        ("Formshall", "Form shall"),
        ("Exportare", "Export are"),
    ],
)
def test_words_that_lost_their_space_come_apart(run: str, words: str) -> None:
    assert " ".join(split_run(run)) == words


@pytest.mark.parametrize(
    "word",
    [
        "GACC",
        "MSR",
        "CCC",
        "GMO",
        "ATA",
        "CNCA",
        "eBay",
        "iPhone",
        "YouTube",
        "McDonald",
        "carnet",
        "consignee",
        "Deregistration",
        "unconsumed",
        "preapproved",
        "hereinafter",
        "thereunder",
        "Dongguan",
        "Zhanjiang",
        "Manzhouli",
        "Toshiba",
        "Berlin",
        "phthisis",
        "majeure",
        "forwarder",
        "understanding",
    ],
)
def test_words_and_names_stay_whole(word: str) -> None:
    assert split_run(word) == (word,)


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("theCustoms  Clearance\nGuidelines", "the Customs Clearance Guidelines"),
        ("2018 Guangdong 21stCentury Expo", "2018 Guangdong 21st Century Expo"),
        ("800Chineseyuaneach", "800 Chinese yuan each"),
        ("Inspection,theLaw", "Inspection, the Law"),
        ("by HS# [click here](#), and", "by HS# click here, and"),
        ("Ｎｏ．６８（１）　５０％", "No.68(1) 50%"),
        ("see https://x.cn/theCustoms or aTheB@x.cn", "see https://x.cn/theCustoms or aTheB@x.cn"),
        ("第六十八号，一、货物。", "第六十八号，一、货物。"),
        ("", ""),
    ],
)
def test_the_cleaned_view(text: str, view: str) -> None:
    assert clean_view(text) == view


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The traders paid for the forms.", ["trader", "paid", "form"]),
        ("5,461 yuan, 0.5 kg, 20%", ["5461", "yuan", "0.5", "kg", "20"]),
        ("the 15th day; 30days", ["15", "day", "30days", "30", "day"]),
        ("No.68 (code 5100)", ["68", "code", "5100"]),
        ("Tel. 0769-22004507", ["tel", "0769-22004507", "0769", "22004507"]),
        ("form H986", ["form", "h986"]),
        ("re-export", ["reexport", "re", "export"]),
        ("U.S. traders’ goods", ["u.s", "trader", "good"]),
        ("what's this? I don't know", ["know"]),
        ("theCustoms", ["thecustom", "custom"]),
        ("21stCentury", ["21", "centuri"]),
        ("５１００", ["5100"]),
        ("暂时进境", ["暂时进境", "暂时", "时进", "进境"]),
        ("海关ATA", ["海关", "ata"]),
        ("税", ["税"]),
        ("?!… \n", []),
    ],
)
def test_search_words(text: str, tokens: list[str]) -> None:
    assert TOKENIZER.tokens(text) == tokens


def test_a_word_run_together_in_the_source_is_found_by_the_right_word() -> None:
    clause = set(TOKENIZER.tokens("A limited value of 800 Chineseyuaneach time"))
    assert set(TOKENIZER.tokens("Chinese yuan each time")) <= clause


def test_the_glossary_changes_the_fingerprint_and_its_order_does_not() -> None:
    assert Tokenizer(["a", "b"]).fingerprint == Tokenizer(["b", "a"]).fingerprint
    assert Tokenizer(["a"]).fingerprint != Tokenizer(["b"]).fingerprint


def test_english_text_does_not_load_jieba() -> None:
    code = (
        "import sys; from ingest.text.tokenizer import Tokenizer; "
        "Tokenizer(['海关']).tokens('customs duties'); sys.exit('jieba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_threads_get_the_same_words() -> None:
    texts = [f"traders number{i} declared 货物{i} at 海关" for i in range(200)]
    expected = [TOKENIZER.tokens(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(Tokenizer([]).tokens, texts)) == expected


@given(ANY_TEXT)
@example("\ud800")
@example("[](" * 50)
def test_any_text_gives_the_same_words_twice(text: str) -> None:
    tokens = TOKENIZER.tokens(text)
    assert tokens == TOKENIZER.tokens(text)
    assert all(token and not token.isspace() for token in tokens)


@given(st.lists(st.text(string.ascii_lowercase, min_size=5, max_size=12), min_size=1, max_size=8))
def test_every_plain_word_gives_the_word_it_gives_alone(words: list[str]) -> None:
    tokens = TOKENIZER.tokens(" ".join(words))
    for word in words:
        assert set(TOKENIZER.tokens(word)) <= set(tokens)


@given(ANY_TEXT)
def test_the_cleaned_view_of_any_text_is_one_line_and_stable(text: str) -> None:
    view = clean_view(text)
    assert view == " ".join(view.split())
    assert "  " not in view


SENTENCES = [
    ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
    ("See No. 68 of 2016. Then No.67.", ["See No. 68 of 2016.", "Then No.67."]),
    ("See Art. 5 and Nos. 3 and 4. End.", ["See Art. 5 and Nos. 3 and 4.", "End."]),
    ("The answer is no. The end.", ["The answer is no.", "The end."]),
    (
        "Goods, e.g. food, i.e. what the U.S. Service lists, etc. are free. So it is.",
        ["Goods, e.g. food, i.e. what the U.S. Service lists, etc. are free.", "So it is."],
    ),
    ("It weighs 0.5 kg; it costs 5,461.20 yuan.", ["It weighs 0.5 kg; it costs 5,461.20 yuan."]),
    ("1. First thing. (1) Is small. Ⅱ Main", ["1. First thing.", "(1) Is small.", "Ⅱ Main"]),
    ("1.Form (Schedule 2);\n2.Papers;", ["1.Form (Schedule 2);", "2.Papers;"]),
    ("The following: 1. Forms; 2. Papers.", ["The following: 1. Forms; 2. Papers."]),
    (
        "These are required:\n(1) a form\n(2) a list",
        ["These are required:", "(1) a form", "(2) a list"],
    ),
    ("- Business License\n- Import License", ["- Business License", "- Import License"]),
    ("It was filed. (See Schedule 1);\nNext", ["It was filed. (See Schedule 1);", "Next"]),
    ("He said “stop.” She went.", ["He said “stop.”", "She went."]),
    ("after registration.The importer shall", ["after registration.", "The importer shall"]),
    ("see www.customs.Gov or a@b.Cn now", ["see www.customs.Gov or a@b.Cn now"]),
    (
        "海关总署公告。第一条　货物！（一）进境；出境。",
        ["海关总署公告。", "第一条　货物！", "（一）进境；出境。"],
    ),
    ("一、货物：\n（一）食品；\n（二）其他。", ["一、货物：", "（一）食品；", "（二）其他。"]),
    ("他说：“可以。”然后走了。", ["他说：“可以。”", "然后走了。"]),
    (
        "a line that was broken to fit the\npage of the Customs. Next one",
        ["a line that was broken to fit the\npage of the Customs.", "Next one"],
    ),
    (
        "Companion Animal\nParticipants can each bring one animal into China.",
        ["Companion Animal", "Participants can each bring one animal into China."],
    ),
    ("One paragraph\n\nanother one", ["One paragraph", "another one"]),
    ("  \n ", []),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@given(ANY_TEXT)
def test_sentences_cover_everything_but_white_space(text: str) -> None:
    spans = sentences(text)
    covered = set()
    last = 0
    for start, end in spans:
        assert last <= start < end
        assert text[start:end] == text[start:end].strip()
        covered |= set(range(start, end))
        last = end
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)
