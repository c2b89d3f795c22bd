"""Evidence packs, with the real pipeline: proven, tampered with, and held against a corpus that moved on."""

import hashlib
import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from commands import Invoke, one_line
from hypothesis import given, settings
from hypothesis import strategies as st
from page_index import real_desk, real_index
from small_corpus import LAW_2018, NEW_DEPOSITS, OLD_DEPOSITS, with_documents

from app.contract import CheckOutcome, Question, Rejected, ShortAnswer
from app.desk import ClauseDesk
from app.packs.export.files import ExportFormat, write
from app.packs.export.model import ExportParagraph, Items
from app.packs.file import export_of, read_pack, write_pack
from app.packs.pack import (
    AnswerToPack,
    EvidencePack,
    NoPack,
    PackedAnswer,
    TamperedPack,
    from_json,
    make_pack,
    to_json,
)
from app.packs.verification import PackProof, Standing, prove
from ingest.keeping.changes import remove_document
from ingest.pipeline import build
from ingest.settings import Settings

MADE_AT = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
EXPENDABLE = "Are drills and grinding wheels expendable materials?"
DEPOSIT = "How much is the deposit for each exhibit that stays in the hall?"


@lru_cache
def real_pack() -> EvidencePack:
    """An answer that a model pointed at, one in Chinese, and a refusal."""
    desk = real_desk()
    answer = desk.ask(Question(text=EXPENDABLE))
    worded = answer.model_copy(
        update={
            "mode": "generative",
            "model": "m",
            "prompt": "answer 2",
            "short": ShortAnswer(
                text="They are not.", citations=(1,), check=CheckOutcome.VERIFIED, by="model"
            ),
            "statements": tuple(
                statement.model_copy(update={"translation": "钻头不是。"})
                for statement in answer.statements
            ),
            "rejected": (Rejected(text="They are.", citations=(1,), reasons=("polarity",)),),
            "notes": ("A note.",),
        }
    )
    chinese = desk.ask(Question(text="进口的消耗性材料转内销需要缴税吗？"))
    refused = desk.ask(Question(text="What is the corporate income tax rate in Brazil?"))
    asked = [AnswerToPack(one, MADE_AT) for one in (worded, chinese, refused)]
    return make_pack(asked, desk.library(), "en", MADE_AT, "Drills")


def pack_of(desk: ClauseDesk, question: str, as_of: date | None = None) -> EvidencePack:
    answer = desk.ask(Question(text=question, as_of=as_of))
    return make_pack([AnswerToPack(answer)], desk.library(), "en", MADE_AT)


def proof_of(pack: EvidencePack, settings: Settings) -> PackProof:
    return prove(pack, ClauseDesk.open(settings).library(), settings)


def told(proof: PackProof) -> dict[str, tuple[Standing, str]]:
    return {f.subject: (f.standing, f.line) for f in proof.findings}


@pytest.mark.parametrize("to", ExportFormat)
def test_a_pack_comes_back_as_it_was_made_and_is_proven(to: ExportFormat) -> None:
    pack = read_pack(write_pack(real_pack(), to))
    assert pack == real_pack()
    proof = prove(pack, real_desk().library(), real_index())
    assert proof.is_proven
    assert "gacc-2016-67#3" in told(proof)


def test_a_pack_shows_all_that_proves_it() -> None:
    text = write_pack(real_pack(), ExportFormat.MARKDOWN).decode().partition("```json")[0]
    text = text.replace("\\", "").replace("\u2060", "")
    library = real_desk().library()
    document = library.documents["gacc-2016-67"]
    for words in (
        EXPENDABLE,
        "They are not. [1] (verified)",
        "They are. [1] (polarity)",
        "A note.",
        "m (answer 2)",
        "Unofficial translation, figures, names and denials checked: 钻头不是。",
        "no language model",
        library.clause("gacc-2016-67#3").text.rstrip(),
        hashlib.sha256(library.clause("gacc-2016-67#3").text.encode()).hexdigest(),
        document.entry.sha256,
        document.entry.title,
        "24 November 2016",
        "in force since 1 January 2017, as far as the corpus shows",
        "gacc-2016-67#9 (item 9)",
        library.snapshot.fingerprint,
        "2026-05-04 12:30:00 UTC",
        "Not covered: no clause of the corpus answers this.",
        real_pack().sha256,
    ):
        assert words in text, words


def test_hashes_stand_behind_all_that_people_read_and_no_key_of_the_program() -> None:
    text = write_pack(real_pack(), ExportFormat.MARKDOWN).decode().partition("```json")[0]
    read, _, proved = text.partition("Hashes and places, for a proof")
    assert re.search(r"[0-9a-f]{16}", read) is None
    assert len(re.findall(r"[0-9a-f]{64}", proved)) > 4
    assert "no clause answers it" in read
    for key in ("not_covered", "in_force"):
        assert key not in text.replace("\\", "")


def test_a_pack_tells_which_documents_were_asked() -> None:
    question = Question(text=EXPENDABLE, documents=("gacc-2016-67",))
    answer = real_desk().ask(question)
    pack = make_pack([AnswerToPack(answer)], real_desk().library(), "en", MADE_AT)
    assert pack.answers[0].documents == ("GACC Announcement No. 67 of 2016",)
    assert "Only asked" in write_pack(pack, ExportFormat.MARKDOWN).decode()


def _seen_changed(pack: EvidencePack, to: ExportFormat) -> bytes:
    return write(replace(export_of(pack), title="Another title"), to)


def _data_changed(pack: EvidencePack, to: ExportFormat) -> bytes:
    export = export_of(pack)
    assert export.attachment is not None
    text = export.attachment.text.replace("grinding wheel", "grinding wool ")
    return write(replace(export, attachment=replace(export.attachment, text=text)), to)


def _data_changed_with_a_new_hash(pack: EvidencePack, to: ExportFormat) -> bytes:
    """The words of a reader stay; the data, with a sha256 that fits them, are others."""
    export = export_of(pack)
    assert export.attachment is not None
    other = to_json(pack.model_copy(update={"title": "Another title"}))
    return write(replace(export, attachment=replace(export.attachment, text=other)), to)


def _quote_changed_everywhere_but_in_its_hash(pack: EvidencePack, to: ExportFormat) -> bytes:
    text = to_json(pack).replace("grinding wheel", "grinding wool ")
    return write_pack(EvidencePack.model_validate(json.loads(text)["pack"]), to)


@pytest.mark.parametrize("to", ExportFormat)
@pytest.mark.parametrize(
    "tamper",
    [
        _seen_changed,
        _data_changed,
        _data_changed_with_a_new_hash,
        _quote_changed_everywhere_but_in_its_hash,
    ],
)
def test_a_pack_that_was_tampered_with_is_told(tamper: object, to: ExportFormat) -> None:
    assert callable(tamper)
    with pytest.raises(TamperedPack, match="changed after it was made") as caught:
        read_pack(tamper(real_pack(), to))
    assert "\n" not in str(caught.value)


def test_other_words_drawn_over_a_page_are_told() -> None:
    writer = pypdf.PdfWriter(clone_from=BytesIO(write_pack(real_pack(), ExportFormat.PDF)))
    stamp = pypdf.PdfReader(BytesIO(write(export_of(real_pack()), ExportFormat.PDF))).pages[1]
    writer.pages[0].merge_page(stamp)
    file = BytesIO()
    writer.write(file)
    with pytest.raises(TamperedPack):
        read_pack(file.getvalue())


def test_words_that_this_corpus_never_had_make_a_false_pack() -> None:
    """Everything in the file agrees: words, hashes, data. The corpus does not."""
    forged = to_json(real_pack()).replace("grinding wheel", "grinding wool ")
    data = json.loads(forged)["pack"]
    for answer in data["answers"]:
        for clause in answer["clauses"]:
            quote = clause["citation"]["quote"]
            clause["sha256"] = hashlib.sha256(quote.encode()).hexdigest()
    pack = read_pack(write_pack(EvidencePack.model_validate(data), ExportFormat.MARKDOWN))
    with pytest.raises(TamperedPack, match="gacc-2016-67#3"):
        prove(pack, real_desk().library(), real_index())


def test_an_old_answer_is_packed_with_what_has_changed_already() -> None:
    answer = real_desk().ask(Question(text=EXPENDABLE))
    quote = answer.citations[0].quote.replace("drills", "frills")
    old = answer.model_copy(
        update={
            "corpus_fingerprint": "an older one",
            "citations": (answer.citations[0].model_copy(update={"quote": quote}),),
        }
    )
    pack = make_pack([AnswerToPack(old)], real_desk().library(), "en", MADE_AT)
    file = write_pack(pack, ExportFormat.MARKDOWN)
    assert "no longer held this clause when the pack was made" in file.decode()
    proof = prove(read_pack(file), real_desk().library(), real_index())
    assert told(proof)["gacc-2016-67#3"][0] is Standing.CHANGED


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"# Notes\n\nNothing.\n", "holds no evidence pack"),
        (b"```json x\n[1]\n```\n", "holds no evidence pack"),
        (b"%PDF-1.7 cut", "the PDF is damaged"),
        (b"PK\x03\x04 cut", "the Word file is damaged"),
        (b"", "holds no evidence pack"),
        (
            b'```json x\n{"format": "clause-desk-evidence-pack", "version": 99}\n```\n',
            "has format 99",
        ),
    ],
)
def test_what_is_no_pack_is_one_line(data: bytes, line: str) -> None:
    with pytest.raises(NoPack) as caught:
        read_pack(data)
    assert line in str(caught.value) and "\n" not in str(caught.value)


@pytest.fixture
def copied(tmp_path: Path) -> Settings:
    """The real corpus and index, which a test may change."""
    real = real_index()
    shutil.copytree(real.corpus, tmp_path / "corpus")
    shutil.copytree(real.index, tmp_path / "var" / "index")
    shutil.copy(real.var / "embeddings.sqlite", tmp_path / "var")
    return Settings(corpus=tmp_path / "corpus", var=tmp_path / "var")


def change_document(settings: Settings, old: str, new: str, rebuilt: bool) -> None:
    file = settings.corpus / "documents" / "gacc-2016-67.txt"
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    text = file.read_bytes().decode()
    assert text.count(old) == 1
    file.write_bytes(text.replace(old, new).encode())
    if rebuilt:
        catalog = settings.corpus / "catalog.toml"
        after = hashlib.sha256(file.read_bytes()).hexdigest()
        catalog.write_text(catalog.read_text().replace(before, after))
        build(settings, lambda *_: None)


@pytest.mark.parametrize("rebuilt", [True, False])
@pytest.mark.parametrize(
    ("old", "new", "clause", "standing", "line"),
    [
        ("such as drills,", "such as frills,", "gacc-2016-67#3", Standing.CHANGED,
         "other words: 3. The commodities below"),
        ("from 1 January 2017", "from 2 January 2017", "gacc-2016-67#9", Standing.CHANGED,
         "proves the status of gacc-2016-67#3: other words"),
    ],
)  # fmt: skip
def test_one_byte_of_a_document_changed_names_the_clause(
    copied: Settings,
    rebuilt: bool,
    old: str,
    new: str,
    clause: str,
    standing: Standing,
    line: str,
) -> None:
    pack = pack_of(real_desk(), EXPENDABLE)
    change_document(copied, old, new, rebuilt)
    proof = proof_of(pack, copied)
    assert not proof.is_proven
    assert told(proof)[clause][0] is standing
    assert line in told(proof)[clause][1]
    assert f"clauses with other words: {clause};" in f"{told(proof)['gacc-2016-67'][1]};"
    if "frills" in new:
        assert "[-drills-]{+frills+}" in told(proof)[clause][1]
    else:
        status = told(proof)["gacc-2016-67#3"]
        assert status[0] is Standing.STATUS
        assert (
            "“in force since 1 January 2017, as far as the corpus shows” then, "
            "“in force since 2 January 2017, as far as the corpus shows” now" in status[1]
        )
    assert ("index does not know" in told(proof)["gacc-2016-67"][1]) is not rebuilt


def test_a_byte_outside_the_quoted_clauses_is_named_too(copied: Settings) -> None:
    pack = pack_of(real_desk(), EXPENDABLE)
    change_document(copied, "soft metal", "sofd metal", rebuilt=False)
    change_back = told(proof_of(pack, copied))
    assert "gacc-2016-67#3" in change_back["gacc-2016-67"][1]
    change_document(copied, "sofd metal", "soft metal", rebuilt=False)
    assert proof_of(pack, copied).is_proven
    change_document(copied, "4. ", "4.  ", rebuilt=False)
    found = told(proof_of(pack, copied))
    assert found["gacc-2016-67#3"][0] is Standing.UNCHANGED
    assert "clauses with other words: gacc-2016-67#4" in found["gacc-2016-67"][1]


def test_a_clause_that_moved_is_found_again(copied: Settings) -> None:
    pack = pack_of(real_desk(), EXPENDABLE)
    change_document(copied, "3. The commodities", "\n\n3. The commodities", rebuilt=False)
    standing, line = told(proof_of(pack, copied))["gacc-2016-67#3"]
    assert standing is Standing.MOVED
    assert "word for word, but at gacc-2016-67#3" in line


def test_a_document_that_is_gone_and_one_that_repeals(tmp_path: Path) -> None:
    before = with_documents(tmp_path / "before", OLD_DEPOSITS, LAW_2018)
    pack = pack_of(ClauseDesk.open(before), DEPOSIT)
    [cited] = {c.citation.document_id for a in pack.answers for c in a.clauses}
    assert cited == "gacc-2019-5"
    after = with_documents(tmp_path / "after", OLD_DEPOSITS, NEW_DEPOSITS, LAW_2018)
    standing, line = told(proof_of(pack, after))["gacc-2019-5#2"]
    assert standing is Standing.STATUS
    assert "repealed as from 1 May 2022” now, proven by gacc-2022-8#3" in line
    remove_document(after, "gacc-2019-5", lambda *_: None)
    found = told(proof_of(pack, after))
    assert found["gacc-2019-5"] == (Standing.GONE, "the document is not in the corpus")
    assert found["gacc-2019-5#2"][0] is Standing.GONE


def test_the_commands_export_prove_and_tell(
    app: Invoke,
    copied: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLAUSEDESK_CORPUS", str(copied.corpus))
    monkeypatch.setenv("CLAUSEDESK_VAR", str(copied.var))
    file = tmp_path / "a.docx"
    asked = app("ask", EXPENDABLE, "--export", file)
    assert (asked.code, asked.err.startswith("evidence pack ")) == (0, True)
    proven = app("verify-pack", file)
    assert (proven.code, proven.out.splitlines()[-1][:7]) == (0, "proven:")
    change_document(copied, "such as drills,", "such as frills,", rebuilt=False)
    changed = app("verify-pack", file)
    assert changed.code == 1
    assert "changed    gacc-2016-67#3: other words" in changed.out
    file.write_bytes(_seen_changed(real_pack(), ExportFormat.DOCX))
    ended = app("verify-pack", file)
    assert (ended.code, "Another title" in one_line(ended.err)) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("ask", "x", "--export", "a.txt"), "a.txt: exports are written as .pdf, .docx or .md"),
        (("ask", "drills", "--export", "/nowhere/a.md"), "/nowhere/a.md cannot be written"),
        (("verify-pack", "/nowhere/a.md"), "/nowhere/a.md cannot be read"),
    ],
)
def test_a_file_that_cannot_be_is_one_line(
    app: Invoke,
    arguments: tuple[str, ...],
    line: str,
) -> None:
    real_index()
    ended = app(*arguments)
    assert ended.code == 2
    assert line in one_line(ended.err)


@pytest.mark.parametrize(
    ("language", "digest"),
    [("en", "a5ebd1347b54833f"), ("zh", "639969727c318ad1")],
)
def test_the_words_around_a_pack_are_those_of_its_format(language: str, digest: str) -> None:
    """A pack is drawn again to be proven: one made last year must look the same this year.
    Other words around packs take another VERSION, and these stay for the old ones."""
    worded, _, refused = real_pack().answers
    fixed = {"corpus_fingerprint": "y", "confidence": 0.5, "as_of": date(2026, 5, 4)}
    answers = (
        worded.model_copy(update={**fixed, "clauses": worded.clauses[:1]}),
        refused.model_copy(update={**fixed, "refusal": "No.", "clauses": ()}),
    )
    pack = real_pack().model_copy(
        update={
            "language": language,
            "made_with": {"x": "1"},
            "corpus_fingerprint": "z",
            "answers": answers,
            "documents": real_pack().documents[:1],
        }
    )
    seen = replace(export_of(pack), attachment=None, footer="")
    assert hashlib.sha256(write(seen, ExportFormat.MARKDOWN)).hexdigest()[:16] == digest


def test_an_answer_that_is_not_certain_says_so_in_its_pack() -> None:
    question = "May our workshop in the zone mend phones for an outside customer?"
    pack = pack_of(real_desk(), question)
    assert not pack.answers[0].certain
    assert "**Not certain that one of these answers" in write_pack(
        pack, ExportFormat.MARKDOWN
    ).decode("utf-8")


def test_a_pack_of_the_version_before_is_still_read() -> None:
    pack = real_pack()
    older = (
        PackedAnswer.model_validate(one.model_dump(exclude={"certain"})) for one in pack.answers
    )
    before = pack.model_copy(update={"answers": tuple(older)})
    text = to_json(before, 3)
    assert '"certain"' not in text and from_json(text) == before
    assert to_json(from_json(text), 3) == text
    with pytest.raises(TamperedPack):
        from_json(text.replace("GACC", "gacc", 1))


@pytest.mark.parametrize("to", ExportFormat)
def test_an_answer_on_a_whole_document_is_packed_with_its_lines(to: ExportFormat) -> None:
    pack = pack_of(real_desk(), "What does GACC Announcement No. 19 of 2018 repeal?")
    [answer] = pack.answers
    assert answer.lead == "What GACC Announcement No. 19 of 2018 does to other documents:"
    assert answer.lines[0].text.startswith("Repeals GACC Announcement No. 29 of 2017: “")
    assert [clause.citation.clause_id for clause in answer.clauses] == ["gacc-2018-19#p2"]
    data = write_pack(pack, to)
    assert read_pack(data) == pack
    shown = [
        block for block in export_of(pack).blocks if isinstance(block, ExportParagraph | Items)
    ]
    assert shown[0] == ExportParagraph(answer.lead) and isinstance(shown[1], Items)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@given(words, words, words)
@settings(max_examples=25, deadline=None)
def test_any_words_survive_the_way_into_a_file_and_back(title: str, note: str, said: str) -> None:
    answer = (
        real_pack()
        .answers[0]
        .model_copy(
            update={
                "question": title,
                "notes": (note,),
                "short": ShortAnswer(
                    text=said, citations=(1,), check=CheckOutcome.VERIFIED, by="model"
                ),
            }
        )
    )
    pack = real_pack().model_copy(update={"title": title or "x", "answers": (answer,)})
    assert from_json(to_json(pack)) == pack
    for to in (ExportFormat.MARKDOWN, ExportFormat.DOCX):
        assert read_pack(write_pack(pack, to)) == pack
