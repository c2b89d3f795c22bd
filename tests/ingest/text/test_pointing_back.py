"""A sentence that another one must stand before is known by its words."""

import pytest

from ingest.text.pointing_back import points_back


@pytest.mark.parametrize(
    ("sentence", "back"),
    [
        ("Before bringing them into China, exhibitors shall file an application.", True),
        ("They may go through the formalities.", True),
        ("If they are damaged, the organizer shall report.", True),
        ("The import thereof by processing-trade firms shall not be restricted.", True),
        ("This scenario does not require an exemption.", True),
        ("Where such materials are put into domestic sale, tax shall be levied.", True),
        ("Tax will be exempted, if the aforesaid quantity is within a reasonable range.", True),
        ("The part over the limit of the articles listed in above Clause 1 shall be taxed.", True),
        ("Until then, these exhibits cannot be sold.", True),
        ("If yes, a certificate shall be issued.", True),
        ("该企业应当申报。", True),
        ("企业应当按上述规定申报。", True),
        ("Exhibits shall be quarantined before they are put on exhibition.", False),
        ("This Announcement shall enter into force upon its issuance.", False),
        ("If it is necessary to use bonded materials, enterprises shall apply.", False),
        ("It is the importer who files for an exemption.", False),
        ("When it sets up an account, the firm submits a declaration.", False),
        ("Firms hand in such materials as a list of exhibits.", False),
        ("Products such as drills are no expendable materials.", False),
        ("Articles within the scope are exempted, those exceeding the aforesaid scope taxed.", False),
        ("Goods shall be treated as those prohibited therefrom.", False),
        ("The company supports this with papers.", False),
        ("However, food shall be quarantined.", False),
        ("企业应当如实申报。", False),
    ],
)  # fmt: skip
def test_sentences(sentence: str, back: bool) -> None:
    assert points_back(sentence) == back
