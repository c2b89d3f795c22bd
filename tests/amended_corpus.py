"""A corpus that tests amend, with what is followed in it, and who of its followers is warned."""

import hashlib
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from app.answer.stream import AnswerEvent
from app.contract import Purpose, Question
from app.desk import ClauseDesk
from app.following.changes import FindingKind
from app.following.checking import Follower, check
from app.following.store import FollowingStore
from app.packs.pack import AnswerToPack, make_pack
from ingest.clauses.numerals import print_chinese, read_chinese
from ingest.corpus.catalog import document_path
from ingest.corpus.documents import CorpusDocument
from ingest.keeping.catalog_writer import changing, replace_entry
from ingest.keeping.changes import add_documents, remove_document
from ingest.keeping.proposal import Corrections
from ingest.pipeline import build
from ingest.settings import Settings
from ingest.structure import Clause
from ingest.text.sentences import sentences

TODAY = date.today()
#: a line below a Chinese law's title
_MADE = re.compile(r"^\d{4}年\d+月\d+日[^\r\n]*", re.MULTILINE)

#: questions that nothing answers until a document comes that does
GAPS = (
    ("How much is the fee for a duplicate key of a showroom?", "The fee for a duplicate key of a showroom is 35 yuan."),
    ("陈列室钥匙遗失后几日内补办？", "陈列室钥匙遗失的，应当在七日内补办。"),
    ("Who waters the flower pots of the reading room?", "The gardener waters the flower pots of the reading room each Friday."),
    ("游泳馆救生员应当持有什么证书？", "游泳馆救生员应当持有水上救生员资格证书。"),
    ("May dogs be taken into the aquarium?", "Dogs may not be taken into the aquarium, with the exception of guide dogs."),
    ("观光缆车的乘客可以携带自行车吗？", "观光缆车的乘客不得携带自行车。"),
)  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """``clauses``: ids, as they were, of those that it changes; ``documents``: those that it
    changes wholly; ``new``: ids, as they are now, of clauses whose words were not there before;
    ``lists``: heads of lists that have a new item, which who quotes the list is told;
    ``told``: the kinds of what may be told of it, besides a clause that answers first; any if empty."""

    kind: str
    clauses: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    told: frozenset[FindingKind] = frozenset()


@dataclass
class Tally:
    kind: str
    edits: int = 0
    affected: int = 0
    warned: int = 0
    faults: list[str] = field(default_factory=list)


class RememberingDesk(ClauseDesk):
    """What it has answered from a snapshot it does not work out again."""

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        known = self.__dict__.setdefault("known", {})
        key = self.fingerprint, question
        if key not in known:
            known[key] = list(super().stream(question))
        yield from known[key]


class AmendedCorpus:
    """A corpus with what is followed in it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.chance = random.Random(1)
        self.desk = RememberingDesk.open(settings)
        self.store = FollowingStore(settings.var)
        self.kept: dict[str, str] = {}
        # of announcements that are added: another one each time that it goes on
        self._number = 900 + 10 * len(self.desk.library().documents)

    # -- following --

    def follow(self, each: int) -> None:
        """Of each document ``each`` clauses, of every third one an answer and its pack."""
        library = self.desk.library()
        follower = Follower(self.store, library, TODAY)
        for number, document in enumerate(library.documents.values()):
            rules = [c for c in document.parsed.clauses if _is_rule(c)]
            self.chance.shuffle(rules)
            rows = [c for c in document.parsed.clauses if c.read_under and not c.is_heading]
            for clause in (*rules[:each], *rows[:each]):
                follower.clause(clause.id, "en")
            questions = [Question(text=_question(rule)) for rule in rules[each:] or rules]
            # one that names a day is answered for that day
            questions = [q for q in questions if not re.search(r"\d{4}", q.text)]
            if number % 3 == 0 and questions:
                question = questions[0]
                answer, now = self.desk.ask(question), datetime.now(UTC)
                turn = f"turn of {document.entry.id}"
                follower.answer(turn, question, answer, answer.as_of, "en")
                packed = [AnswerToPack(answer, now)]
                pack = make_pack(packed, library, "en", now, document.entry.id)
                follower.pack(pack, "en")
        for asked, _ in GAPS:
            answer = self.desk.ask(Question(text=asked))
            follower.answer(f"gap {asked}", Question(text=asked), answer, answer.as_of, "en")
        self.kept = {one.id: one.kept for one in self.store.all()}

    def laws_to_amend(self) -> Iterator[tuple[CorpusDocument, str]]:
        """Chinese laws that tell when they were made, each with a followed rule that obliges."""
        for document in self.documents():
            rules = [c for c in self.followed_rules(document) if "应当" in c.text]
            if document.entry.language == "zh" and rules and _MADE.search(self.raw(document)):
                yield document, rules[0].text

    def add_newer_text(
        self, document: CorpusDocument, rule: str, verb: str, day: str
    ) -> frozenset[str]:
        """The same law with ``verb`` in the rule, and a line that tells of the amendment."""
        raw = self.raw(document)
        changed = raw.replace(rule, rule.replace("应当", verb, 1))
        at = [*_MADE.finditer(raw)][-1].end()
        line = f"\n\n{day} 《关于修改部分法律的决定》修正"
        return self.add(changed[:at] + line + changed[at:])

    def followed_clauses(self) -> dict[str, set[str]]:
        return {
            one.id: {rest.clause_id for rest in one.rests if rest.held} for one in self.store.all()
        }

    def _quoted_lists(self) -> dict[str, set[str]]:
        """The heads of lists of which something quotes the head and an item."""
        library = self.desk.library()
        found: dict[str, set[str]] = {}
        for one in self.store.all():
            quoted = {rest.clause_id for rest in one.rests if rest.held and not rest.introduces}
            items = (library.clause(id_).lead_in for id_ in quoted)
            found[one.id] = quoted & set(items)
        return found

    # -- one step --

    def step(self, kind: str, edit: Callable[["AmendedCorpus"], Edit | None], tally: Tally) -> bool:
        """Whether there was something to edit."""
        before, lists = self.followed_clauses(), self._quoted_lists()
        made = edit(self)
        if made is None:
            return False
        expected = {
            id_
            for id_, clauses in before.items()
            if clauses & made.clauses
            or lists[id_] & made.lists
            or {c.partition("#")[0] for c in clauses} & made.documents
        }
        told_before = {id_: len(self.store.warnings(id_)) for id_ in before}
        check(self.store, self.desk, TODAY, 30)
        after = self.followed_clauses()
        expected |= self._answered_by_new(made, after)
        warned = {
            id_: len(self.store.warnings(id_)) - told_before[id_]
            for id_ in before
            if len(self.store.warnings(id_)) > told_before[id_]
        }
        tally.edits += 1
        tally.affected += len(expected)
        tally.warned += len(warned)
        for one in self.store.all():
            name = f"{kind}: {one.kind} “{one.title[:50]}”"
            if (one.id in expected) != (one.id in warned):
                what = "was not warned" if one.id in expected else "was warned"
                tally.faults.append(
                    f"{name} {what} {self._told(one.id) if one.id in warned else sorted(before[one.id])}"
                )
            elif warned.get(one.id, 1) != 1:
                tally.faults.append(f"{name} was warned {warned[one.id]} times")
            elif one.id in warned and made.told:
                kinds = {finding.kind for finding in self.store.warnings(one.id)[0].findings}
                if kinds - made.told - {FindingKind.FIRST}:
                    tally.faults.append(f"{name} was told another thing {self._told(one.id)}")
            if one.kept != self.kept[one.id]:
                tally.faults.append(f"{name} is not kept as it was")
        if check(self.store, self.desk, TODAY, 30):
            tally.faults.append(f"{kind}: looked at again on the same day")
        return True

    def _told(self, id_: str) -> str:
        findings = self.store.warnings(id_)[0].findings
        return "; ".join(f"{f.kind} {f.clause_id} {f.old!r} {f.new!r}" for f in findings)[:600]

    def _answered_by_new(self, made: Edit, after: dict[str, set[str]]) -> set[str]:
        """Whose question a clause answers first whose words this edit has brought."""
        found: set[str] = set()
        if not made.new:
            return found
        for one in self.store.all():
            for question in one.asked:
                answer = self.desk.ask(question)
                cited = answer.citations
                for citation in cited[:1] if answer.purpose is Purpose.CLAUSES else cited:
                    if citation.clause_id in made.new and citation.clause_id not in after[one.id]:
                        found.add(one.id)
        return found

    # -- what edits do --

    def documents(self) -> list[CorpusDocument]:
        """Those whose words are in force, in a new order each time."""
        library = self.desk.library()
        found = [
            d
            for id_, d in library.documents.items()
            if library.timeline.status(id_, "", TODAY).status in ("in_force", "unknown")
        ]
        self.chance.shuffle(found)
        return found

    def raw(self, document: CorpusDocument) -> str:
        return document_path(self.settings.corpus, document.entry).read_bytes().decode("utf-8-sig")

    def rewrite(self, document: CorpusDocument, text: str, title: str | None = None) -> None:
        path = document_path(self.settings.corpus, document.entry)
        data = text.encode()
        path.write_bytes(data)
        changed = {
            "sha256": hashlib.sha256(data).hexdigest(),
            "title": title or document.entry.title,
        }
        entry = document.entry.model_copy(update=changed)
        with changing(self.settings.corpus, self.settings.var):
            replace_entry(self.settings.corpus, entry)
            build(self.settings, quiet)

    def remove(self, document_id: str) -> None:
        remove_document(self.settings, document_id, quiet)

    def texts_of(self, document: CorpusDocument) -> frozenset[str]:
        """The ids of the documents that one number means: a text for each language."""
        if (work := document.entry.work) is None:
            return frozenset({document.entry.id})
        held = self.desk.library().documents.values()
        return frozenset(d.entry.id for d in held if d.entry.work == work)

    def add(self, text: str) -> frozenset[str]:
        """The ids of the clauses of a new document."""
        before = set(self.desk.library().documents)
        file = self.settings.var / f"new-{len(before)}-{self._number}.txt"
        file.write_text(text, encoding="utf-8")
        added = add_documents(self.settings, [file], Corrections(), quiet)
        file.unlink()
        assert not added.failed, added.outcomes
        library = self.desk.library()
        [id_] = set(library.documents) - before
        return frozenset(library.documents[id_].parsed.by_id)

    def next_number(self) -> int:
        self._number += 1
        return self._number

    def followed_rules(self, document: CorpusDocument) -> list[Clause]:
        """Clauses of a document that something rests on, and whose words stand once in its file."""
        ids = {id_ for ids in self.followed_clauses().values() for id_ in ids}
        raw = self.raw(document)
        found = [
            c
            for c in document.parsed.clauses
            if c.id in ids and not c.is_heading and raw.count(c.text) == 1
        ]
        self.chance.shuffle(found)
        return found


def numeral(num: str, by: int) -> str | None:
    """ "第十二条", "4.", "（三）" and "(3)" moved on; None for a number of another style."""
    if found := re.fullmatch(r"(第|[（(])([一二三四五六七八九十百零〇]+)(条|[）)])", num):
        return f"{found[1]}{print_chinese(read_chinese(found[2]) + by)}{found[3]}"
    if found := re.fullmatch(r"([（(]?)(\d+)([.）)])", num):
        return f"{found[1]}{int(found[2]) + by}{found[3]}"
    return None


def quiet(*_: object) -> None:
    pass


def _is_rule(clause: Clause) -> bool:
    long = 60 if clause.text.isascii() else 25
    return not clause.is_heading and len(clause.text) >= long and clause.read_under is None


def _question(clause: Clause) -> str:
    text = clause.text.removeprefix(clause.num or "").strip()
    start, end = next(iter(sentences(text)))
    return " ".join(text[start:end].split())[:180]
