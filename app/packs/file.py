"""An evidence pack as a file: what a reader sees, and the same as JSON inside it.

What is seen is drawn from the JSON alone, so it can be drawn again and compared.
"""

from datetime import date, datetime
from itertools import chain

from app.contract import Purpose, ShortAnswer
from app.packs.export.files import ExportFormat, detect, read, write
from app.packs.export.model import (
    Attachment,
    Block,
    Export,
    ExportParagraph,
    Facts,
    Heading,
    Items,
    Quote,
)
from app.packs.pack import (
    EvidencePack,
    NoPack,
    PackedAnswer,
    PackedClause,
    PackedDocument,
    TamperedPack,
    from_json,
    makers,
    to_json,
)
from app.plain_text import capitalized
from app.texts import texts
from app.wording import Language, day_words, locator_in, row_words, uncertain
from ingest.errors import ClauseDeskError

ATTACHMENT = "evidence-pack.json"
#: bytes of a file; a larger one is not read
LARGEST = 64 * 2**20


def write_pack(pack: EvidencePack, to: ExportFormat) -> bytes:
    return write(export_of(pack), to)


def read_pack(data: bytes) -> EvidencePack:
    """The pack in a file of any of the formats.

    Raises NoPack where there is none, TamperedPack where the JSON is not as it was made, or
    where a reader sees anything else than what it says.
    """
    if len(data) > LARGEST:
        raise NoPack(f"the file has more than {LARGEST // 2**20} MB: it is no evidence pack")
    written_as = detect(data)
    try:
        found = read(data, written_as)
    except ClauseDeskError as error:
        raise NoPack(f"the file holds no evidence pack: {error}") from error
    if found.attachment is None:
        raise NoPack("the file holds no evidence pack, or more than one")
    pack = from_json(found.attachment)
    again = read(write_pack(pack, written_as), written_as)
    if found.text != again.text:
        raise TamperedPack(
            "the evidence pack was changed after it was made: the words that a reader sees "
            f"are not those of its data ({_first_difference(found.text, again.text)})"
        )
    # another version of a program that draws PDFs may draw the same words in another way
    if found.drawing != again.drawing and pack.made_with == makers():
        raise TamperedPack(
            "the evidence pack was changed after it was made: something else is drawn on its "
            "pages than its data say"
        )
    return pack


def export_of(pack: EvidencePack) -> Export:
    say = texts(pack.language).text
    head = Facts(
        (
            (say("pack.made"), _time(pack.made_at)),
            (say("pack.answers"), str(len(pack.answers))),
        )
    )
    blocks: list[Block] = [head]
    for number, answer in enumerate(pack.answers, start=1):
        blocks += _answer(number, answer, pack)
    if pack.documents:
        blocks.append(Heading(say("pack.documents")))
        blocks += chain.from_iterable(_document(one, pack.language) for one in pack.documents)
    blocks += _hashes(pack)
    return Export(
        title=pack.title,
        blocks=tuple(blocks),
        language=pack.language,
        made_at=pack.made_at,
        footer=say("pack.footer", hash=pack.sha256),
        attachment=Attachment(
            ATTACHMENT, say("pack.for_programs", hash=pack.sha256), to_json(pack)
        ),
    )


def _answer(number: int, answer: PackedAnswer, pack: EvidencePack) -> list[Block]:
    language = pack.language
    say = texts(language).text
    worded = say("pack.no_model")
    if answer.model is not None:
        worded = say("pack.model", model=answer.model, prompt=answer.prompt or "–")
    rows = [
        (say("pack.as_of"), day_words(answer.as_of, language)),
        (say("pack.worded_by"), worded),
    ]
    if answer.documents:
        rows.insert(1, (say("pack.only_asked"), "; ".join(answer.documents)))
    if answer.purpose is Purpose.CLAUSES:  # else nothing was weighed
        rows += [
            (say("pack.searched"), "; ".join(answer.searched_for)),
            (say("pack.coverage"), say("pack.coverage_value", share=answer.confidence)),
        ]
    if answer.asked_at is not None:
        rows.insert(0, (say("pack.asked"), _time(answer.asked_at)))
    if answer.refusal_reason is not None:
        reason = say(f"pack.refused_{answer.refusal_reason}")
        rows.append((say("pack.refused"), reason))
    blocks: list[Block] = [
        Heading(say("pack.question", number=number, question=answer.question)),
        Facts(tuple(rows)),
    ]
    if answer.corpus_fingerprint != pack.corpus_fingerprint:
        line = say("pack.other_corpus", fingerprint=answer.corpus_fingerprint)
        blocks.append(ExportParagraph(line, "strong"))
    if answer.refusal is not None:
        blocks += [Heading(say("pack.answer"), 2), ExportParagraph(answer.refusal)]
    if answer.lines:
        lines = tuple(f"{line.text} {_marks(line.citations)}".rstrip() for line in answer.lines)
        lead = [ExportParagraph(answer.lead)] if answer.lead else []
        blocks += [Heading(say("pack.answer"), 2), *lead, Items(lines)]
    if answer.short is not None:
        blocks += [
            Heading(say("answer.in_short"), 2),
            ExportParagraph(_short(answer.short, language)),
        ]
    if answer.left_out:
        left_out = (
            say(
                "pack.left_out_line",
                text=rejected.text,
                marks=_marks(rejected.citations),
                reasons=say("reasons.between").join(rejected.reasons),
            )
            for rejected in answer.left_out
        )
        blocks += [Heading(say("pack.left_out"), 2), Items(tuple(left_out))]
    if not (answer.certain or answer.rows):
        # the same words above one clause: they are those of the format
        blocks.append(ExportParagraph(uncertain(language), "strong"))
    if answer.rows:
        told = (
            " ".join(
                filter(
                    None,
                    (
                        row_words(row, language),
                        "; ".join(row.phrases),
                        _marks(row.citations) or say("answer.row_not_covered"),
                    ),
                )
            )
            for row in answer.rows
        )
        blocks += [Heading(say("pack.rows"), 2), Items(tuple(told))]
    if answer.missing:
        names = "; ".join(answer.missing)
        blocks.append(ExportParagraph(say("answer.mentioned_missing", names=names)))
    if answer.notes:
        blocks += [Heading(say("pack.notes"), 2), Items(answer.notes)]
    if answer.clauses:
        blocks.append(Heading(say("pack.clauses"), 2))
        blocks += chain.from_iterable(_clause(clause, language) for clause in answer.clauses)
    return blocks


def _short(short: ShortAnswer, language: Language) -> str:
    say = texts(language).text
    by_model = short.by == "model"
    check = say(f"answer.check_{short.check}" if by_model else "pack.by_clause")
    return say("pack.short", text=short.text, marks=_marks(short.citations), check=check)


def _clause(clause: PackedClause, language: Language) -> list[Block]:
    say = texts(language).text
    citation, proof = clause.citation, clause.proof
    locator = capitalized(locator_in(citation.locator, language))
    title = say("pack.clause", n=citation.n, locator=locator, title=citation.title)
    status = (say("pack.status"), clause.status_words)
    quote: list[Block] = [
        Heading(title, 3),
        Quote(citation.quote),
        *(
            ExportParagraph(say("pack.translation", text=translation), "small")
            for translation in clause.translations
        ),
    ]
    if proof is None:
        return [
            *quote,
            Facts((status, (say("pack.proof"), say("pack.no_proof")))),
        ]
    place = say(
        "pack.proof_value", clause=proof.clause_id, locator=locator_in(proof.locator, language)
    )
    return [
        *quote,
        Facts((status, (say("pack.proof"), place))),
        Quote(proof.text),
    ]


def _document(document: PackedDocument, language: Language) -> list[Block]:
    say = texts(language).text

    def day(found: date | None) -> str:
        return day_words(found, language) if found else say("pack.day_unknown")

    return [
        Heading(say("pack.document", name=document.name), 2),
        Facts(
            (
                (say("pack.document_title"), document.title),
                (say("pack.document_id"), document.id),
                (say("pack.source"), document.source),
                (say("pack.issued"), day(document.issued)),
                (say("pack.in_force"), day(document.in_force_from)),
                (say("pack.text_since"), day(document.text_since)),
            )
        ),
    ]


def _hashes(pack: EvidencePack) -> list[Block]:
    """What a program proves the pack by, behind all that people read."""
    say = texts(pack.language).text
    rows = [(say("pack.corpus"), pack.corpus_fingerprint)]
    for number, answer in enumerate(pack.answers, start=1):
        for clause in answer.clauses:
            citation, proof = clause.citation, clause.proof
            spans = [(citation.clause_id, citation.start, citation.end, clause.sha256)]
            if proof is not None:
                spans.append((proof.clause_id, proof.start, proof.end, proof.sha256))
            subject = say("pack.hash_of", number=number, n=citation.n)
            for clause_id, start, end, digest in spans:
                span = say("pack.span", clause=clause_id, start=start, end=end, hash=digest)
                rows.append((subject, span))
                subject = say("pack.hash_of_proof", number=number, n=citation.n)
    for document in pack.documents:
        file = say("pack.file_value", file=document.file, hash=document.sha256)
        rows.append((document.id, file))
    made_with = ", ".join(f"{name} {version}" for name, version in pack.made_with.items())
    rows.append((say("pack.made_with"), made_with))
    return [Heading(say("pack.hashes")), Facts(tuple(rows))]


def _marks(numbers: tuple[int, ...]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _first_difference(found: str, meant: str) -> str:
    """ "“within 20 days” instead of “within 30 days”" """
    at = next(
        (i for i, (a, b) in enumerate(zip(found, meant, strict=False)) if a != b),
        min(len(found), len(meant)),
    )
    begin = max(at - 20, 0)

    def around(text: str) -> str:
        return " ".join(text[begin : at + 20].split()) or "nothing"

    return f"“{around(found)}” instead of “{around(meant)}”"
