"""The interface's texts: complete in both languages, and exactly those that the pages use."""

import re
from pathlib import Path

import pytest

from app.texts import FOLDER, load_texts, texts
from ingest.errors import ConfigError
from ingest.settings import PROJECT

_KEY = re.compile(r"""["']([a-z_]+\.[a-z_]+)["']""")
#: keys that the pages put together: "answer.{coverage}"
_COMPOSED = re.compile(r"""f["']([a-z_]+)\.([a-z_]*)\{[^}]+\}(\w*)["']""")


def test_both_languages_say_everything() -> None:
    found = load_texts(FOLDER)
    assert set(found) == {"en", "zh"}
    assert texts("en").text("source.position", at=1, count=2) == "Citation 1 of 2"
    assert texts("zh").text("source.position", at=1, count=2) == "第 1 处引用，共 2 处"


def test_a_number_chooses_between_words_for_one_and_for_many() -> None:
    assert texts("en").text("ask.clauses", count=1) == "1 clause"
    assert texts("en").text("ask.clauses", count=21) == "21 clauses"
    assert (
        texts("en")
        .text("conversations.sure", count=1)
        .startswith("Delete this conversation with 1 question and its answer?")
    )
    assert texts("zh").text("ask.clauses", count=1) == "1 个条款"


def test_every_text_is_used_and_every_key_used_is_there() -> None:
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in (PROJECT / "app").rglob("*.py")
    )
    sections = (FOLDER / "en.toml").read_text(encoding="utf-8")
    names = set(re.findall(r"^\[(\w+)\]", sections, re.MULTILINE))
    used = {key for key in _KEY.findall(sources) if key.partition(".")[0] in names}
    composed = [
        re.compile(rf"{section}\.{begin}\w+{end}")
        for section, begin, end in _COMPOSED.findall(sources)
    ]
    there = set(load_texts(FOLDER)["en"].names)
    assert used - there == set()
    assert {k for k in there - used if not any(form.fullmatch(k) for form in composed)} == set()


@pytest.mark.parametrize(
    ("english", "chinese", "line"),
    [
        ('[a]\nx = "1"\ny = "2"\n', '[a]\nx = "1"\n', "zh.toml lacks the text a.y"),
        ('[a]\nx = "1"\n', '[a]\nx = "1"\ny = "2"\n', "en.toml lacks the text a.y"),
        ('[a]\nx = "{day}"\n', '[a]\nx = "{dya}"\n', "a.x must name the same values"),
        ('[a]\nx = ["1"]\n', '[a]\nx = "1"\n', "a.x must be a text"),
        ("[a]\nx = 1\n", "[a]\nx = 1\n", "a.x must be a text"),
        ('x = "1"\n', 'x = "1"\n', "x must be a section"),
        ("[a\n", "", "cannot be read"),
    ],
)
def test_texts_that_do_not_fit_are_told(
    english: str, chinese: str, line: str, tmp_path: Path
) -> None:
    (tmp_path / "en.toml").write_text(english, encoding="utf-8")
    (tmp_path / "zh.toml").write_text(chinese, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(line)):
        load_texts(tmp_path)
