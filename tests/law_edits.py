"""How law changes besides the plain cases of ``amendments``: for a day to come, in its structure, its
tables and annexes, in one language only, and in what is print and no rule."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from amended_corpus import TODAY, AmendedCorpus, Edit, numeral

from app.following.changes import FindingKind
from ingest.corpus.documents import CorpusDocument
from ingest.corpus.graph import Relation
from ingest.facts.dates import written_dates
from ingest.facts.modifications import Status
from ingest.structure import Clause
from ingest.text.sentences import sentences

#: a day on which something begins or ends that is not near
COMING = date(TODAY.year + 2, 5, 1)
LONG_AGO = date(2026, 5, 1)

#: one rule in two languages, with a list, a table and an annex
WEIGHING = """GACC Announcement No. 71 of 2021 on Weighing of Lorries

1. A lorry that carries bonded goods shall be weighed at the gate before and after it is loaded. The slip of each weighing shall be kept by the operator of the yard for three years.

2. The operator of a weighbridge shall keep ready for the Customs:

(1) the certificate of the last calibration of the weighbridge;

(2) the weighing slips of the last twelve months, in the order of their days;

(3) the plan of the lanes that lead to the weighbridge, with their signs.

3. The fee for weighing a lorry that is not loaded by its own operator is 40 yuan.

4. The following lanes are used for lorries:

| Lane | Greatest weight in tonnes | Hours |
| --- | --- | --- |
| North | 18 | 6 to 22 |
| East | 32 | 8 to 18 |
| South | 40 | at all hours |

5. A driver may leave the lorry while it is weighed if the keeper of the weighbridge agrees.

6. This Announcement shall enter into force as from 1 June 2021.

Annex: Weighing Slips

1. A “weighing slip” shall bear the plate of the lorry and the minute of each weighing.

2. A slip that was corrected by hand shall be countersigned by the keeper of the weighbridge.
"""
WEIGHING_IN_CHINESE = """海关总署公告2021年第71号（关于货车称重的公告）

一、载运保税货物的货车，应当在装货前和装货后于卡口称重，并由经营人留存称重记录三年。

二、地磅经营人应当备齐下列材料供海关查验：

（一）地磅最近一次检定的证书原件及其复印件；

（二）最近十二个月按日期顺序排列的称重单；

（三）通往地磅的车道平面图。

三、非由经营人自行装货的货车，每次称重收费40元，由申请称重的人当场缴纳。

四、下列车道供货车使用：

| 车道 | 最大重量（吨） | 开放时间 |
| --- | --- | --- |
| 北道 | 18 | 6时至22时 |
| 东道 | 32 | 8时至18时 |
| 南道 | 40 | 全天 |

五、经地磅管理员同意，驾驶员可以在称重期间离开货车。

六、本公告自2021年6月1日起施行。

附件：称重单

一、称重单应当载明货车号牌以及每次称重的时刻，精确到分钟。

二、手工更正的称重单，应当由地磅管理员副署后方为有效。
"""
STORES = """# 陈列品仓储办法

2016年3月2日 海关总署令第355号公布

第一条 为了规范陈列品的仓储，制定本办法。

第二条 陈列品入库前，仓储人应当逐件核对清单。核对不符的，仓储人应当当日书面报告海关并保持原状。

第三条 陈列品应当与其他货物分区存放，区与区之间应当留有不少于一米的通道。

第四条 仓储人应当每季度盘点陈列品一次，盘点记录由盘点人和监盘人共同签字。

第五条 有下列情形之一的，仓储人应当在二十四小时内报告海关：

（一）陈列品灭失、短少或者损坏的；

（二）仓库的消防设施不能正常使用的；

（三）陈列品的标签脱落且不能辨认来源的；

（四）仓储人变更仓库负责人或者保管人员的。

第六条 陈列品可以经海关批准后在仓库内更换包装，但标明“易碎”的除外。

第七条 仓储费由陈列品的所有人承担，双方另有约定的从其约定。

第八条 违反本办法第三条规定的，由海关责令限期改正，可以处五千元以下罚款。

第九条 本办法自2016年5月1日起施行。
"""
LAMPS = """GACC Announcement No. 82 of 2022 on Lamps of Bonded Yards

1. The operator of a bonded yard shall light each lane of the yard from dusk to dawn.

2. A lamp that has failed shall be replaced within two days, with a lamp of the same brightness.

3. The operator may switch off the lamps of a lane that is closed to lorries for the night.

4. The operator shall report to the local Customs a failure of all the lamps of a yard.

5. This Announcement shall enter into force as from 1 March 2022.
"""
SHELVES = """# 货架管理规定

2017年3月2日 海关总署令第366号公布

第一条 为了规范保税仓库货架的管理，制定本规定。

第二条 货架应当标明编号和最大承重，标牌应当在三米外可以辨认。

第三条 仓储人应当每半年检查货架一次，发现变形的立即停止使用。

第四条 停止使用的货架，应当在十日内修复或者拆除，并登记日期。

第五条 本规定自2017年5月1日起施行。
"""
MADE_UP = (WEIGHING, WEIGHING_IN_CHINESE, STORES, LAMPS, SHELVES)

Change = Callable[[AmendedCorpus], Edit | None]

_WORDS, _NUMBER, _GONE = FindingKind.WORDS, FindingKind.NUMBER, FindingKind.GONE
_STATUS, _AHEAD, _ITEM = FindingKind.STATUS, FindingKind.AHEAD, FindingKind.ITEM


# -- what edits share --


def _day(day: date, language: str) -> str:
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%B %Y}"


def _ids(document: CorpusDocument, tops: Iterable[Clause]) -> frozenset[str]:
    """Of clauses and of all that stands below them."""
    paths = {clause.path for clause in tops}
    return frozenset(
        c.id
        for c in document.parsed.clauses
        if c.path in paths or any(c.path.startswith(f"{path}.") for path in paths)
    )


def _everything(document: CorpusDocument) -> frozenset[str]:
    return frozenset(document.parsed.by_id)


def _articles(corpus: AmendedCorpus, document: CorpusDocument) -> list[Clause]:
    """The articles of a document, where their numbers can be moved on; [] where they cannot."""
    tops = [c for c in document.parsed.clauses if re.fullmatch(r"\d+", c.path) and c.num]
    raw = corpus.raw(document)
    plain = all(numeral(c.num or "", 0) and raw.count(c.text) == 1 for c in tops)
    in_order = [c.path for c in tops] == [str(at) for at in range(1, len(tops) + 1)]
    return tops if len(tops) >= 4 and plain and in_order else []


def _numbered_documents(
    corpus: AmendedCorpus,
) -> Iterator[tuple[CorpusDocument, list[Clause], set[str]]]:
    """Documents with their articles, and the ids of the clauses of them that are followed; none of
    which another document names an article, for it would name another one then."""
    named = {
        e.target
        for e in corpus.desk.library().graph.edges
        if e.relation is not Relation.CITES and e.items
    }
    followed = {id_ for ids in corpus.followed_clauses().values() for id_ in ids}
    for document in corpus.documents():
        if document.entry.id not in named and (articles := _articles(corpus, document)):
            yield document, articles, followed & _everything(document)


def _rewritten(raw: str, changes: Iterable[tuple[Clause, str]]) -> str:
    """A text with other words for some clauses, each found in the text as it was."""
    places = sorted(((raw.index(c.text), c, words) for c, words in changes), key=lambda p: -p[0])
    for place, clause, words in places:
        raw = raw[:place] + words + raw[place + len(clause.text) :]
    return raw


def _under(clause: Clause, by: int) -> str:
    """The words of a clause under a number moved on."""
    num = clause.num or ""
    return f"{numeral(num, by)}{clause.text.removeprefix(num)}"


def _words(clause: Clause) -> str:
    return clause.text.removeprefix(clause.num or "").strip()


def _space(clause: Clause) -> str:
    return "　" if (clause.num or "").startswith("第") else " "


def _keeper(clause: Clause) -> str:
    """A rule that stands nowhere yet, in the language of a clause."""
    if clause.text.isascii():
        return "The keeper of the showroom counts the keys each evening and signs for them."
    return "新设立的陈列室由保管员每日清点，并登记钥匙。"


def _acts_on_nothing(corpus: AmendedCorpus, document: CorpusDocument) -> bool:
    """Whether what changes a document's own days changes no other's."""
    edges = corpus.desk.library().graph.edges
    acts = (Relation.REPEALS, Relation.AMENDS, Relation.REPLACES)
    return not any(e.source == document.entry.id and e.relation in acts for e in edges)


def _is_plainly_in_force(corpus: AmendedCorpus, document: CorpusDocument) -> bool:
    library = corpus.desk.library()
    status = library.timeline.status(document.entry.id, "", TODAY)
    ends = bool(document.facts.expiries) or any(
        e.target == document.entry.id and e.relation in (Relation.REPEALS, Relation.REPLACES)
        for e in library.graph.edges
    )
    return status.status is Status.IN_FORCE and status.overtaken is None and not ends


# -- for another day --


def repeal_to_come(corpus: AmendedCorpus) -> Edit | None:
    for document in corpus.documents():
        entry = document.entry
        if not corpus.followed_rules(document) or not _is_plainly_in_force(corpus, document):
            continue
        number = corpus.next_number()
        if entry.work is not None and entry.kind == "announcement":
            text = (
                f"GACC Announcement No. {number} of 2026 on Keys of Cloakrooms\n\n"
                "1. A keeper signs for each key of a cloakroom.\n\n"
                f"2. This Announcement shall enter into force as from {_day(COMING, 'en')} along with "
                f"the simultaneous repeal of {entry.work}.\n"
            )
        elif entry.language == "zh":
            text = (
                f"# 衣帽间钥匙管理办法（{number}）\n\n2026年3月2日 海关总署令第{number}号公布\n\n"
                "第一条 为了规范衣帽间钥匙的登记，制定本办法。\n\n"
                f"第二条 本办法自{_day(COMING, 'zh')}起施行。《{entry.title}》同时废止。\n"
            )
        else:
            continue
        new = corpus.add(text)
        return Edit(
            "repeal to come", documents=corpus.texts_of(document), new=new, told=frozenset({_AHEAD})
        )
    return None


def repeal_taken_back(corpus: AmendedCorpus) -> Edit | None:
    """What repeals a document, or is to repeal it, is taken out again."""
    library = corpus.desk.library()
    for edge in library.graph.edges:
        acting, target = library.documents.get(edge.source), library.documents.get(edge.target)
        if edge.relation is not Relation.REPEALS or acting is None or target is None or edge.items:
            continue
        if not re.search(r"钥匙管理办法|on Keys of", acting.entry.title):
            continue
        documents = corpus.texts_of(target)
        corpus.remove(acting.entry.id)
        return Edit("repeal taken back", documents=documents, told=frozenset({_STATUS}))
    return None


def text_to_come(corpus: AmendedCorpus) -> Edit | None:
    """A newer text of a Chinese law that applies from a day to come."""
    for document, rule in corpus.laws_to_amend():
        if not _is_plainly_in_force(corpus, document):
            continue
        new = corpus.add_newer_text(document, rule, "必须", _day(COMING, "zh"))
        return Edit(
            "text to come",
            documents=frozenset({document.entry.id}),
            new=new,
            told=frozenset({_AHEAD}),
        )
    return None


def _own_days(
    corpus: AmendedCorpus,
) -> Iterator[tuple[CorpusDocument, Clause, tuple[int, int]]]:
    """Documents in force, with the clause by which they are and where their day stands in it."""
    for document in corpus.documents():
        proof = document.parsed.by_id.get(document.facts.in_force_proof or "")
        if proof is None or not _is_plainly_in_force(corpus, document):
            continue
        if not corpus.followed_rules(document) or not _acts_on_nothing(corpus, document):
            continue
        day = document.facts.in_force_from
        places = [(d.start, d.end) for d in written_dates(proof.text) if d.day == day]
        if places and proof.is_heading is False and corpus.raw(document).count(proof.text) == 1:
            yield document, proof, places[-1]


def ends_on_a_day(corpus: AmendedCorpus) -> Edit | None:
    for document, proof, (_, end) in _own_days(corpus):
        last = COMING - timedelta(days=1)
        if proof.text.isascii():
            words = f"{proof.text[:end]} and shall remain valid until {_day(last, 'en')}{proof.text[end:]}"
        else:
            found = re.match(r"起?(?:施行|实施|执行)", proof.text[end:])
            if found is None:
                continue
            at = end + found.end()
            words = f"{proof.text[:at]}，有效期至{_day(last, 'zh')}{proof.text[at:]}"
        corpus.rewrite(document, _rewritten(corpus.raw(document), [(proof, words)]))
        return Edit(
            "ends on a day",
            documents=frozenset({document.entry.id}),
            told=frozenset({_AHEAD, _WORDS}),
        )
    return None


def put_off(corpus: AmendedCorpus) -> Edit | None:
    """A document in force that is to enter into force on a day to come."""
    for document, proof, (start, end) in _own_days(corpus):
        language = "en" if proof.text.isascii() else "zh"
        words = proof.text[:start] + _day(COMING, language) + proof.text[end:]
        corpus.rewrite(document, _rewritten(corpus.raw(document), [(proof, words)]))
        return Edit(
            "put off",
            documents=frozenset({document.entry.id}),
            told=frozenset({_STATUS, _AHEAD, _WORDS}),
        )
    return None


# -- what one document does to another --


def replaced_as_a_whole(corpus: AmendedCorpus) -> Edit | None:
    """A law of another title, written anew, that repeals one."""
    for document in corpus.documents():
        title, articles = document.entry.title, _articles(corpus, document)
        if document.entry.language != "zh" or not articles or "》" in title:
            continue
        if not (articles[0].num or "").startswith("第") or not corpus.followed_rules(document):
            continue
        if not _is_plainly_in_force(corpus, document):
            continue
        number = corpus.next_number()
        anew = [
            f"{c.num}　{_words(c)[: len(c.text) // 2].rstrip('，。；、：')}的，按照新设陈列室的规定办理。"
            for c in articles[:-1]
        ]
        last = f"{articles[-1].num}　本规定自{_day(LONG_AGO, 'zh')}起施行。《{title}》同时废止。"
        new = corpus.add(
            f"# 新设陈列室规定（{number}）\n\n2026年3月2日 海关总署令第{number}号公布\n\n"
            + "\n\n".join([*anew, last])
        )
        return Edit(
            "replaced", documents=corpus.texts_of(document), new=new, told=frozenset({_STATUS})
        )
    return None


def _act(
    corpus: AmendedCorpus, words: Callable[[str, Clause], str], since: date, *, chinese: bool
) -> tuple[frozenset[str], frozenset[str]] | None:
    """A document of another one's article: the ids that it touches, and those that are new."""
    for document in corpus.documents():
        entry = document.entry
        is_named = entry.kind == "announcement" and entry.work is not None
        if (entry.language == "zh") != chinese or not (chinese or is_named):
            continue
        if not _is_plainly_in_force(corpus, document):
            continue
        for clause in corpus.followed_rules(document):
            if not re.fullmatch(r"\d+", clause.path) or not clause.num:
                continue
            if chinese and not clause.num.startswith("第"):
                continue
            number = corpus.next_number()
            if chinese:
                text = (
                    f"# 关于陈列室若干事项的决定（{number}）\n\n2026年3月2日 海关总署令第{number}号公布\n\n"
                    f"第一条 {words(entry.title, clause)}\n\n"
                    f"第二条 本决定自{_day(since, 'zh')}起施行。\n"
                )
            else:
                text = (
                    f"GACC Announcement No. {number} of 2026 on Shelves of Showrooms\n\n"
                    f"1. A keeper dusts each shelf of a showroom.\n\n2. {words(str(entry.work), clause)}\n\n"
                    f"3. This Announcement shall enter into force as from {_day(since, 'en')}.\n"
                )
            new = corpus.add(text)
            documents = corpus.desk.library().documents
            touched = (_ids(documents[id_], [clause]) for id_ in corpus.texts_of(document))
            return frozenset().union(*touched), new
    return None


def amended_by_an_act(corpus: AmendedCorpus) -> Edit | None:
    """By one that is held, while the text with its words in it is not."""
    made = _act(
        corpus,
        lambda title, c: f"《{title}》{c.num}修改为：“{c.num} 保管员每周清点陈列室的钥匙。”",
        LONG_AGO,
        chinese=True,
    )
    return made and Edit("amended by an act", made[0], new=made[1], told=frozenset({_STATUS}))


def amendment_to_come(corpus: AmendedCorpus) -> Edit | None:
    made = _act(
        corpus, lambda work, c: f"Item {c.path} of {work} is amended.", COMING, chinese=False
    )
    return made and Edit("amendment to come", made[0], new=made[1], told=frozenset({_AHEAD}))


def article_repealed(corpus: AmendedCorpus) -> Edit | None:
    made = _act(corpus, lambda title, c: f"《{title}》{c.num}同时废止。", LONG_AGO, chinese=True)
    return made and Edit("article repealed", made[0], new=made[1], told=frozenset({_STATUS}))


# -- in the structure --


def split_in_two(corpus: AmendedCorpus) -> Edit | None:
    """The second sentence of an article becomes the next one; those behind it move on."""
    for document, articles, followed in _numbered_documents(corpus):
        for at, clause in enumerate(articles):
            parts = list(sentences(clause.text))
            if clause.id not in followed or clause.children or len(parts) < 2:
                continue
            cut = parts[-1][0]
            if len(clause.text[cut:].strip()) < 15 or len(clause.text[:cut]) < 15:
                continue
            next_num = numeral(clause.num or "", 1)
            two = f"{clause.text[:cut].rstrip()}\n\n{next_num}{_space(clause)}{clause.text[cut:].strip()}"
            changes = [(clause, two), *((c, _under(c, 1)) for c in articles[at + 1 :])]
            corpus.rewrite(document, _rewritten(corpus.raw(document), changes))
            return Edit(
                "split",
                _ids(document, articles[at:]),
                new=frozenset({clause.id, f"{document.entry.id}#{at + 2}"}),
                told=frozenset({_WORDS, _NUMBER}),
            )
    return None


def put_between(corpus: AmendedCorpus) -> Edit | None:
    """第三条之一: an article more, and no other number moves."""
    for document, articles, followed in _numbered_documents(corpus):
        if not followed or not (articles[0].num or "").startswith("第"):
            continue
        at = len(articles) // 2
        before = articles[at]
        words = f"{articles[at - 1].num}之一　{_keeper(before)}\n\n{before.text}"
        corpus.rewrite(document, _rewritten(corpus.raw(document), [(before, words)]))
        now = corpus.desk.library().documents[document.entry.id].parsed.by_id
        return Edit("between", new=frozenset(now) - _everything(document))
    return None


def merged(corpus: AmendedCorpus) -> Edit | None:
    """An article's words are put at the end of the one before it; those behind move back."""
    for document, articles, followed in _numbered_documents(corpus):
        for at in range(1, len(articles) - 1):
            first, second = articles[at : at + 2]
            if first.children or second.children or second.id not in followed:
                continue
            if second.id == document.facts.in_force_proof or first.text[-1] not in "。.":
                continue
            one = first.text + ("" if first.text.endswith("。") else " ") + _words(second)
            changes = [
                (first, one),
                (second, ""),
                *((c, _under(c, -1)) for c in articles[at + 2 :]),
            ]
            corpus.rewrite(document, _rewritten(corpus.raw(document), changes))
            return Edit(
                "merged",
                _ids(document, articles[at:]),
                new=frozenset({first.id}),
                told=frozenset({_WORDS, _NUMBER}),
            )
    return None


def _lists(corpus: AmendedCorpus) -> Iterator[tuple[CorpusDocument, Clause, list[Clause]]]:
    """Lists of plain items of which something follows one that is not the first."""
    followed = {id_ for ids in corpus.followed_clauses().values() for id_ in ids}
    for document in corpus.documents():
        raw = corpus.raw(document)
        for head in document.parsed.clauses:
            items = document.parsed.list_items(head)
            plain = all(
                c.num and numeral(c.num, 0) and not c.children and raw.count(c.text) == 1
                for c in items
            )
            if len(items) >= 3 and plain and followed & {c.id for c in items[1:]}:
                yield document, head, items


def put_in_a_list(corpus: AmendedCorpus) -> Edit | None:
    """A second item in a list, so that all but the first move on."""
    for document, head, items in _lists(corpus):
        second = items[1]
        item = (
            "a register of the keys of the showroom;"
            if second.text.isascii()
            else "陈列室钥匙的登记簿；"
        )
        changes = [(c, _under(c, 1)) for c in items[2:]]
        changes.append((second, f"{second.num} {item}\n\n{_under(second, 1)}"))
        corpus.rewrite(document, _rewritten(corpus.raw(document), changes))
        return Edit(
            "in a list",
            _ids(document, items[1:]),
            new=frozenset({second.id}),
            lists=frozenset({head.id}),
            told=frozenset({_NUMBER, _ITEM}),
        )
    return None


def items_in_another_order(corpus: AmendedCorpus) -> Edit | None:
    followed = {id_ for ids in corpus.followed_clauses().values() for id_ in ids}
    for document, _, items in _lists(corpus):
        at = max(at for at, c in enumerate(items) if c.id in followed)
        first, second = items[at - 1 : at + 1]
        changes = [(first, _under(second, -1)), (second, _under(first, 1))]
        corpus.rewrite(document, _rewritten(corpus.raw(document), changes))
        return Edit("order", _ids(document, [first, second]), told=frozenset({_NUMBER}))
    return None


def moved(corpus: AmendedCorpus) -> Edit | None:
    """An article comes to stand behind the two that followed it."""
    for document, articles, followed in _numbered_documents(corpus):
        for at in range(1, len(articles) - 3):
            stretch = articles[at : at + 3]
            if any(c.children for c in stretch) or stretch[0].id not in followed:
                continue
            one, two, three = stretch
            changes = [(one, _under(two, -1)), (two, _under(three, -1)), (three, _under(one, 2))]
            corpus.rewrite(document, _rewritten(corpus.raw(document), changes))
            return Edit("moved", _ids(document, stretch), told=frozenset({_NUMBER}))
    return None


def put_under_chapters(corpus: AmendedCorpus) -> Edit | None:
    """Headings of chapters in a law that had none; its articles stay what they are."""
    for document, articles, followed in _numbered_documents(corpus):
        raw = corpus.raw(document)
        if not followed or not (articles[0].num or "").startswith("第") or "第一章" in raw:
            continue
        middle = articles[len(articles) // 2]
        changes = [
            (articles[0], f"第一章　总则\n\n{articles[0].text}"),
            (middle, f"第二章　陈列室的管理\n\n{middle.text}"),
        ]
        corpus.rewrite(document, _rewritten(raw, changes))
        return Edit("chapters")
    return None


def emptied(corpus: AmendedCorpus) -> Edit | None:
    """An article that keeps its number and loses its words."""
    for document, articles, followed in _numbered_documents(corpus):
        for clause in articles[1:-1]:
            if clause.id in followed and not clause.children:
                words = "(Deleted)" if clause.text.isascii() else "（删除）"
                changes = [(clause, f"{clause.num}{_space(clause)}{words}")]
                corpus.rewrite(document, _rewritten(corpus.raw(document), changes))
                return Edit("emptied", frozenset({clause.id}), told=frozenset({_WORDS, _GONE}))
    return None


# -- in a table, an annex, a language, a title --


def _rows(corpus: AmendedCorpus) -> Iterator[tuple[CorpusDocument, list[Clause]]]:
    """The rows of documents with tables of which something follows one."""
    followed = {id_ for ids in corpus.followed_clauses().values() for id_ in ids}
    for document in corpus.documents():
        raw = corpus.raw(document)
        rows = [
            c
            for c in document.parsed.clauses
            if c.read_under is not None and not c.is_heading and raw.count(c.text) == 1
        ]
        if followed & {c.id for c in rows}:
            yield document, [c for c in rows if c.id in followed]


def row_changed(corpus: AmendedCorpus) -> Edit | None:
    for document, rows in _rows(corpus):
        for row in rows:
            figure = re.search(r"\d+", row.text)
            if figure is None:
                continue
            words = row.text[: figure.start()] + str(int(figure[0]) + 3) + row.text[figure.end() :]
            corpus.rewrite(document, _rewritten(corpus.raw(document), [(row, words)]))
            return Edit(
                "row", frozenset({row.id}), new=frozenset({row.id}), told=frozenset({_WORDS})
            )
    return None


def row_put_in(corpus: AmendedCorpus) -> Edit | None:
    """A row in front of another: who quotes one below it cites another place now."""
    for document, rows in _rows(corpus):
        row = rows[0]
        more = re.sub(r"[^\s|]+", lambda cell: f"{cell[0]}0", row.text)
        corpus.rewrite(document, _rewritten(corpus.raw(document), [(row, f"{more}\n{row.text}")]))
        now = corpus.desk.library().documents[document.entry.id].parsed
        places = {c.text: c.path for c in now.clauses}
        elsewhere = frozenset(
            c.id for c in document.parsed.clauses if places.get(c.text, c.path) != c.path
        )
        new = frozenset(c.id for c in now.clauses if c.text == more)
        return Edit("row put in", elsewhere, new=new, told=frozenset({_NUMBER}))
    return None


def annex_replaced(corpus: AmendedCorpus) -> Edit | None:
    followed = {id_ for ids in corpus.followed_clauses().values() for id_ in ids}
    for document in corpus.documents():
        raw = corpus.raw(document)
        rules = [
            c
            for c in document.parsed.clauses
            if c.path.startswith("annex.") and not c.is_heading and raw.count(c.text) == 1
        ]
        if not rules or not followed & {c.id for c in rules} or any(c.children for c in rules):
            continue
        anew = (
            ["Each shelf of the showroom has a lamp of its own.", "Curtains are washed in spring."]
            if rules[0].text.isascii()
            else ["陈列室的每个货架单独装灯。", "窗帘于春季清洗。"]
        )
        changes = [(c, "") for c in rules]
        nums = [c.num for c in rules[:2]]
        words = "\n\n".join(
            f"{num or ''} {rule}".strip() for num, rule in zip(nums, anew, strict=False)
        )
        changes[0] = (rules[0], words)
        corpus.rewrite(document, _rewritten(raw, changes))
        return Edit(
            "annex",
            frozenset(c.id for c in rules),
            new=frozenset(c.id for c in rules),
            told=frozenset({_WORDS, _GONE}),
        )
    return None


def figure_in_one_language(corpus: AmendedCorpus) -> Edit | None:
    """The text in one language is changed; who follows the one in the other is not concerned."""
    for document in corpus.documents():
        if len(corpus.texts_of(document)) < 2:
            continue
        for clause in corpus.followed_rules(document):
            figure = re.search(r"\d+(?![\d.]*\s*[年月日]| \w+ 20)", _words(clause))
            if figure is None or clause.id == document.facts.in_force_proof:
                continue
            words = _words(clause)
            words = words[: figure.start()] + str(int(figure[0]) + 5) + words[figure.end() :]
            text = clause.text.replace(_words(clause), words)
            corpus.rewrite(document, _rewritten(corpus.raw(document), [(clause, text)]))
            return Edit(
                "language",
                frozenset({clause.id}),
                new=frozenset({clause.id}),
                told=frozenset({_WORDS}),
            )
    return None


def title_only(corpus: AmendedCorpus) -> Edit | None:
    edges = corpus.desk.library().graph.edges
    for document in corpus.documents():
        title = document.entry.title
        raw = corpus.raw(document)
        named = any(
            document.entry.id in (e.source, e.target)
            for e in edges
            if e.relation is not Relation.CITES
        )
        if named or raw.count(title) != 1 or not corpus.followed_rules(document):
            continue
        changed = f"{title} (Consolidated)" if title.isascii() else f"{title}（汇编本）"
        corpus.rewrite(document, raw.replace(title, changed), changed)
        return Edit("title")
    return None


# -- what is print and no rule --


def _looks(change: Callable[[str], str], language: str = "") -> Change:
    """A change of a whole text; ``language``: of the texts that it is tried on, any if none."""

    def edit(corpus: AmendedCorpus) -> Edit | None:
        for document in corpus.documents():
            raw = corpus.raw(document)
            changed = change(raw)
            if document.entry.language != (language or document.entry.language):
                continue
            if changed != raw and corpus.followed_rules(document):
                corpus.rewrite(document, changed)
                return Edit("looks")
        return None

    return edit


def _below_title(change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(text: str) -> str:
        title, end, body = text.partition("\n\n")
        return title + end + change(body)

    return changed


_QUOTES = str.maketrans({"“": "「", "”": "」", '"': "“", "’": "'", "‘": "'"})
_FULL_WIDTH = str.maketrans(
    {chr(sign): chr(sign + 0xFEE0) for sign in (*range(0x30, 0x3A), 0x25, 0x3B, 0x2C)}
)


def _in_figures(text: str) -> str:
    """第十二条 at the head of an article as 第12条."""
    from ingest.clauses.numerals import read_chinese

    return re.sub(
        r"^第([一二三四五六七八九十百零〇]+)条",
        lambda num: f"第{read_chinese(num[1])}条",
        text,
        flags=re.MULTILINE,
    )


def _wrapped(text: str) -> str:
    """Long lines broken as a typewriter breaks them."""

    def broken(line: str) -> str:
        if not re.search(r"[一-鿿]", line):
            return re.sub(r"(.{60,80}?)[ \u00a0](?=[a-z])", "\\1\n", line)
        return re.sub(r"(.{36}[^，。；：、]{2})(?=[^\W\d])", "\\1\n", line)

    return "\n".join(map(broken, text.split("\n")))


LAW_EDITS: dict[str, Change] = {
    "title only": title_only,
    "amended by an act": amended_by_an_act,
    "amendment to come": amendment_to_come,
    "article repealed": article_repealed,
    "repeal to come": repeal_to_come,
    "text to come": text_to_come,
    "ends on a day": ends_on_a_day,
    "put off": put_off,
    "replaced as a whole": replaced_as_a_whole,
    "split in two": split_in_two,
    "put between": put_between,
    "merged": merged,
    "put in a list": put_in_a_list,
    "items in another order": items_in_another_order,
    "moved": moved,
    "put under chapters": put_under_chapters,
    "emptied": emptied,
    "row changed": row_changed,
    "row put in": row_put_in,
    "annex replaced": annex_replaced,
    "figure in one language": figure_in_one_language,
    "looks: quotation marks": _looks(lambda t: t.translate(_QUOTES)),
    "looks: full-width signs": _looks(_below_title(lambda t: t.translate(_FULL_WIDTH)), "zh"),
    "looks: invisible signs": _looks(lambda t: re.sub(r"(?<=[a-z]{4})(?=[a-z]{4})", "\u00ad", re.sub(r"(?<=[a-z]) (?=[a-z])", "\u00a0", t)).replace("，", "，\u200b")),
    "looks: numbers": _looks(lambda t: re.sub(r"^(\d+)\.(?= )", r"\1)", _in_figures(t), flags=re.MULTILINE)),
    "looks: bold numbers": _looks(lambda t: re.sub(r"^(第[一二三四五六七八九十百零〇]+条)", r"**\1**", t, flags=re.MULTILINE), "zh"),
    "looks: wrapped lines": _looks(_wrapped),
    "repeal taken back": repeal_taken_back,
}  # fmt: skip
