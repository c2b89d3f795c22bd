"""A sentence that another one must stand before is known by its words."""

import pytest

from ingest.text.pointing_back import leans_back


@pytest.mark.parametrize(
    ("sentence", "back"),
    [
        ("They may go through the formalities.", True),
        ("This scenario does not require an exemption.", True),
        ("If yes, a certificate shall be issued.", True),
        ("However, food shall be quarantined.", True),
        ("该企业应当申报。", True),
        ("It is the importer who files for an exemption.", False),
        ("When it sets up an account, the firm submits a declaration.", False),
        ("企业应当如实申报。", False),
    ],
)
def test_sentences(sentence: str, back: bool) -> None:
    assert leans_back(sentence) == back
