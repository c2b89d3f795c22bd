import pytest

from app.plain_text import WORD_JOINER, capitalized, html_text, label_text, shortened


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\" onload='x'", "&quot; onload=&#x27;x&#x27;"),
        ("**a** $b$ [c](d)", "**a** $b$ [c](d)"),
        ("第十条（四）", "第十条（四）"),
    ],
)
def test_html_text_keeps_every_character(text: str, expected: str) -> None:
    assert html_text(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("item 4(2)", r"item 4\(2\)"),
        ("*a* _b_ `c` $d$", r"\*a\* \_b\_ \`c\` \$d\$"),
        (":smile:", rf"\:{WORD_JOINER}smile\:"),
        ("a -> b -- c", rf"a \-{WORD_JOINER}\> b \-{WORD_JOINER}\- c"),
        ("http://x", rf"http\:{WORD_JOINER}\/\/x"),
        ("two\nlines", "two lines"),
        ("第十条", "第十条"),
    ],
)
def test_label_text_is_no_markdown(text: str, expected: str) -> None:
    assert label_text(text) == expected


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        ("short", 5, "short"),
        ("one two three", 9, "one two…"),
        ("加工贸易货物监管办法", 5, "加工贸易…"),
        ("a,  b", 10, "a, b"),
    ],
)
def test_shortened_cuts_at_a_word(text: str, longest: int, expected: str) -> None:
    assert shortened(text, longest) == expected


def test_capitalized_changes_the_first_letter_only() -> None:
    assert capitalized("item Ⅱ 1, GACC") == "Item Ⅱ 1, GACC"
    assert capitalized("") == ""
