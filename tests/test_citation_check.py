"""The citation check on clauses of no corpus: statement, quote, expected outcome."""

from functools import cache

import pytest
from conftest import CORPUS

from app.citation_check import CitationChecker
from app.models import Check
from ingest.glossary import Glossary
from ingest.pipeline import embedding_models
from ingest.words import Tokenizer

FEE = (
    "Where a declarant amends a declaration form after release, the declarant shall pay a handling "
    "fee of 120 yuan to the Customs within 14 days upon the amendment; no fee shall be charged if "
    "the error was made by the Customs."
)
WAREHOUSE = (
    "Goods stored in a bonded warehouse shall not be processed. With approval of the Customs, "
    "simple operations such as sorting, packing and marking may be carried out. The storage period "
    "shall not exceed one year; it may be extended once by up to one year upon application."
)
SAMPLES = (
    "The importer may take samples of goods under Customs supervision before declaration, provided "
    "that the samples are not subject to license control. Samples worth more than 500 yuan shall be "
    "declared on Form B (Sample List)."
)
RECORDS = (
    "Enterprises shall keep account books, vouchers and declaration forms for 3 years as from the "
    "date of release. The Customs may inspect such records at any time, except records covered by "
    "legal privilege."
)
VESSEL = (
    "Before the vessel leaves the port, the carrier shall submit the Outbound Manifest (code 2200) "
    "to the port customs. After the vessel enters the port, the shipping agent shall submit the "
    "Inbound Manifest (code 2100) within 24 hours."
)
FORCE = (
    "This Order shall enter into force as from 1 September 2021, and Order No. 88 of 2015 shall be "
    "repealed simultaneously."
)
PLANTS = (
    "Exhibitors are exempted from the phytosanitary certificate for dried flowers. Seeds can be "
    "admitted only after the Ministry of Agriculture has issued an Import Permit. Fresh fruit is "
    "prohibited from entering the fair."
)
GUARANTEE = (
    "The Customs shall return the guarantee to the enterprise within 20 days after the duties are "
    "paid. If the enterprise fails to pay the duties in time, the Customs shall deduct the duties "
    "from the guarantee."
)

VERIFIED, FAILED, NOT_CHECKED = Check.VERIFIED, Check.FAILED, Check.NOT_CHECKED

TRUE = [
    (
        FEE,
        "A declarant that amends a declaration form after release has to pay 120 yuan within 14 days.",
    ),
    (FEE, "If customs itself made the mistake, no fee is charged."),
    (FEE, "Changing a declaration after release costs the declarant a handling fee of RMB 120."),
    (
        FEE,
        "The handling fee for amending a form after release must be paid to customs within fourteen days of the amendment.",
    ),
    (WAREHOUSE, "Goods in a bonded warehouse must not be processed."),
    (
        WAREHOUSE,
        "Simple operations like sorting, packing or marking are allowed if customs approves.",
    ),
    (
        WAREHOUSE,
        "Goods may stay in storage for no more than one year, with one extension of up to a year on application.",
    ),
    (WAREHOUSE, "You can't process goods that are stored in a bonded warehouse."),
    (
        SAMPLES,
        "Before declaring the goods, the importer can take samples under customs supervision, as long as they need no licence.",
    ),
    (SAMPLES, "Samples with a value above 500 yuan have to be declared on Form B."),
    (
        RECORDS,
        "Companies must retain account books, vouchers and declaration forms for three years from the date of release.",
    ),
    (RECORDS, "Customs can check these records at any time, unless they are legally privileged."),
    (RECORDS, "Declaration forms have to be kept for 3 years after release."),
    (
        VESSEL,
        "The carrier files the Outbound Manifest, code 2200, with port customs before the ship leaves.",
    ),
    (
        VESSEL,
        "Within 24 hours after the vessel enters the port, the shipping agent must hand in the Inbound Manifest (code 2100).",
    ),
    (FORCE, "The order has applied since September 1, 2021."),
    (FORCE, "Order No. 88 of 2015 was repealed when this order took effect on 1 September 2021."),
    (PLANTS, "For dried flowers, exhibitors don't need a phytosanitary certificate."),
    (
        PLANTS,
        "Seeds may not be admitted until the Ministry of Agriculture has issued an Import Permit.",
    ),
    (PLANTS, "Fresh fruit may not be brought into the fair."),
    (GUARANTEE, "Once the duties are paid, customs has to give the guarantee back within 20 days."),
    (
        GUARANTEE,
        "If the company doesn't pay the duties on time, customs takes them out of the guarantee.",
    ),
    (
        GUARANTEE,
        "The guarantee must be returned to the enterprise by customs within 20 days after payment of the duties.",
    ),
]

FALSE = [
    (FEE, "A declarant that amends a declaration form before release has to pay 120 yuan within 14 days."),
    (FEE, "The handling fee of 120 yuan is payable within 14 weeks."),
    (FEE, "The handling fee is 120 US dollars."),
    (FEE, "The declarant shall pay a handling fee of 210 yuan to the Customs."),
    (FEE, "Every declarant shall pay a handling fee of 120 yuan to the Customs."),
    (FEE, "The Customs shall pay a handling fee of 120 yuan to the declarant within 14 days."),
    (FEE, "No fee shall be charged."),
    (FEE, "A fee shall be charged if the error was made by the Customs."),
    (FEE, "No fee shall be charged if the error was made by the declarant."),
    (FEE, "The declarant shall pay a handling fee of 120 yuan and submit a written apology."),
    (WAREHOUSE, "Goods stored in a bonded warehouse shall be processed."),
    (WAREHOUSE, "Goods stored in a bonded warehouse may be processed."),
    (WAREHOUSE, "Simple operations such as sorting, packing and marking may be carried out without approval of the Customs."),
    (WAREHOUSE, "Simple operations such as sorting, packing and marking may be carried out."),
    (WAREHOUSE, "The storage period shall not exceed one month."),
    (WAREHOUSE, "The storage period may be extended twice by up to one year."),
    (WAREHOUSE, "The storage period shall exceed one year."),
    (WAREHOUSE, "Operations such as welding and painting may be carried out with approval of the Customs."),
    (SAMPLES, "The importer may take samples of goods under Customs supervision after declaration."),
    (SAMPLES, "The importer may take samples of goods, provided that the samples are subject to license control."),
    (SAMPLES, "The exporter may take samples of goods under Customs supervision before declaration."),
    (SAMPLES, "The importer may take any samples of goods under Customs supervision before declaration."),
    (SAMPLES, "Samples worth less than 500 yuan shall be declared on Form B (Sample List)."),
    (SAMPLES, "Samples worth more than 500 yuan shall be declared on Form C (Sample List)."),
    (SAMPLES, "Samples worth more than 500 yuan need not be declared on Form B."),
    (RECORDS, "Enterprises shall keep account books, vouchers and declaration forms for 3 months as from the date of release."),
    (RECORDS, "The Customs may inspect such records at any time, including records covered by legal privilege."),
    (RECORDS, "The Customs may inspect all records at any time without exception."),
    (RECORDS, "Enterprises may inspect such records at any time, except records covered by legal privilege."),
    (RECORDS, "Enterprises shall keep account books for 5 years as from the date of release."),
    (RECORDS, "Enterprises shall keep account books for 3 years before the date of release."),
    (VESSEL, "Before the vessel leaves the port, the carrier shall submit the Outbound Manifest (code 2100) to the port customs."),
    (VESSEL, "Before the vessel leaves the port, the carrier shall submit the Inbound Manifest to the port customs."),
    (VESSEL, "After the vessel leaves the port, the carrier shall submit the Outbound Manifest to the port customs."),
    (VESSEL, "Before the vessel leaves the port, the shipping agent shall submit the Outbound Manifest to the port customs."),
    (VESSEL, "The shipping agent shall submit the Inbound Manifest (code 2100) within 24 days."),
    (VESSEL, "Before the vessel leaves the port, the carrier need not submit the Outbound Manifest."),
    (FORCE, "This Order shall enter into force as from 11 September 2021."),
    (FORCE, "This Order shall enter into force as from September 2022."),
    (FORCE, "Order No. 88 of 2015 remains in force and is not repealed."),
    (FORCE, "Order No. 1 of 2021 shall be repealed simultaneously."),
    (FORCE, "This Order shall cease to be in force as from 1 September 2021."),
    (PLANTS, "Exhibitors are exempted from the phytosanitary certificate for seeds."),
    (PLANTS, "Exhibitors are exempted from the phytosanitary certificate."),
    (PLANTS, "Exhibitors must show a phytosanitary certificate for dried flowers."),
    (PLANTS, "Seeds can be admitted before the Ministry of Agriculture has issued an Import Permit."),
    (PLANTS, "Seeds can be admitted only after the Ministry of Health has issued an Import Permit."),
    (PLANTS, "Seeds can be admitted."),
    (PLANTS, "Fresh fruit is permitted to enter the fair."),
    (PLANTS, "Dried flowers are prohibited from entering the fair."),
    (GUARANTEE, "The enterprise shall return the guarantee to the Customs within 20 days after the duties are paid."),
    (GUARANTEE, "The Customs shall return the guarantee to the enterprise within 20 days before the duties are paid."),
    (GUARANTEE, "The Customs shall deduct the duties from the guarantee."),
    (GUARANTEE, "The Customs shall return the guarantee and interest at 3% to the enterprise within 20 days after the duties are paid."),
    (GUARANTEE, "The Customs shall not return the guarantee to the enterprise after the duties are paid."),
    (GUARANTEE, "The Customs may return the guarantee to the enterprise within 20 days after the duties are paid."),
]  # fmt: skip


@cache
def checker() -> CitationChecker:
    glossary = Glossary.load(CORPUS)
    return CitationChecker(Tokenizer(glossary.terms), glossary, embedding_models())


@pytest.mark.parametrize(("quote", "statement"), TRUE)
def test_a_true_sentence_is_verified(quote: str, statement: str) -> None:
    result = checker().check(statement, [quote])
    assert (result.check, result.reasons) == (VERIFIED, ())


@pytest.mark.parametrize(("quote", "statement"), FALSE)
def test_a_false_sentence_is_not_verified(quote: str, statement: str) -> None:
    result = checker().check(statement, [quote])
    assert result.check is not VERIFIED
    assert result.reasons
