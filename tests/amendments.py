"""A corpus that is amended, step by step, and what is told to who follows answers and clauses of it.

    PYTHONPATH=.:tests python tests/amendments.py [--folder KEPT --minutes 5] [FILE…]

follows answers, packs and clauses of the shipped documents, of made-up ones and of the FILEs; then
amends, repeals, renumbers, adds, removes, changes the looks only, and all that ``law_edits`` does.
It prints for each kind of edit how many were affected and how many were warned, and ends with 1 when
one affected was not warned exactly once or of another thing, one not affected was warned, or what was
kept is not the same to the byte. With --folder it goes on where it was when its minutes were over.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from amended_corpus import GAPS, TODAY, AmendedCorpus, Edit, Tally, numeral, quiet
from law_edits import LAW_EDITS, MADE_UP
from page_index import real_index
from small_corpus import LAW_2018, OLD_DEPOSITS

from ingest.clauses.numerals import print_chinese
from ingest.corpus.documents import CorpusDocument
from ingest.keeping.changes import add_documents
from ingest.keeping.proposal import Corrections
from ingest.settings import Settings

# -- the edits: each gives None where the corpus has nothing to try it on --


def other_words(corpus: AmendedCorpus) -> Edit | None:
    """A figure, a duty or a word more in one clause."""
    for document in corpus.documents():
        raw = corpus.raw(document)
        for clause in corpus.followed_rules(document):
            for old, new in (
                ("应当", "可以"),
                ("不得", "可以"),
                (" shall ", " need not "),
                (" may ", " may not "),
            ):
                if old in clause.text:
                    changed = clause.text.replace(old, new, 1)
                    corpus.rewrite(document, raw.replace(clause.text, changed))
                    return Edit("words", frozenset({clause.id}), new=frozenset({clause.id}))
    return None


def longer(corpus: AmendedCorpus) -> Edit | None:
    for document in corpus.documents():
        raw = corpus.raw(document)
        for clause in corpus.followed_rules(document):
            if clause.text.endswith(("。", ".")) and not clause.children:
                more = (
                    "但海关另有规定的，从其规定。"
                    if clause.text.endswith("。")
                    else " Customs may grant an exception."
                )
                corpus.rewrite(document, raw.replace(clause.text, clause.text + more))
                return Edit("longer", frozenset({clause.id}), new=frozenset({clause.id}))
    return None


def struck_out(corpus: AmendedCorpus) -> Edit | None:
    for document in corpus.documents():
        raw = corpus.raw(document)
        for clause in corpus.followed_rules(document):
            # where the first one goes the next may be read as the first
            first_or_last = re.search(r"(?:^|\.)1$", clause.path) or (
                clause.id == document.parsed.clauses[-1].id
            )
            if clause.num and not clause.children and not first_or_last and not clause.lead_in:
                corpus.rewrite(document, raw.replace(clause.text, ""))
                if clause.id in corpus.desk.library().documents[document.entry.id].parsed.by_id:
                    raise AssertionError(f"{clause.id} is still there")
                return Edit("gone", frozenset({clause.id}))
    return None


def renumbered(corpus: AmendedCorpus) -> Edit | None:
    """A new article in the middle; those behind it move on by one."""
    for document in corpus.documents():
        tops = [c for c in document.parsed.clauses if re.fullmatch(r"\d+", c.path) and c.num]
        numerals = [numeral(c.num or "", 0) for c in tops]
        raw = corpus.raw(document)
        if len(tops) < 4 or None in numerals or any(c.text not in raw for c in tops):
            continue
        at = len(tops) // 2
        for clause in reversed(tops[at:]):
            assert clause.num
            place = raw.index(clause.text)
            raw = raw[:place] + (numeral(clause.num, 1) or "") + raw[place + len(clause.num) :]
        num = tops[at].num or ""
        words = (
            f"{num}　新设立的陈列室由保管员每日清点，并登记钥匙。"
            if num.startswith("第")
            else f"{num} The keeper of the showroom counts the keys each evening and signs for them."
        )
        place = raw.index(f"{numeral(num, 1)}{tops[at].text.removeprefix(num)}")
        corpus.rewrite(document, f"{raw[:place]}{words}\n\n{raw[place:]}")
        moved = {int(c.path) for c in tops[at:]}
        ids = frozenset(
            c.id
            for c in document.parsed.clauses
            if (m := re.match(r"\d+(?![-\d])", c.path)) and int(m[0]) in moved
        )
        return Edit("number", ids, new=frozenset({tops[at].id}))
    return None


def _looks(change: Callable[[str], str]) -> Callable[[AmendedCorpus], Edit | None]:
    def edit(corpus: AmendedCorpus) -> Edit | None:
        for document in corpus.documents():
            raw = corpus.raw(document)
            changed = change(raw)
            if changed != raw and corpus.followed_rules(document):
                corpus.rewrite(document, changed)
                return Edit("looks")
        return None

    return edit


def repealed(corpus: AmendedCorpus) -> Edit | None:
    for document in corpus.documents():
        if not corpus.followed_rules(document):
            continue
        text = _repealing(document, corpus.next_number())
        if text is not None:
            new = corpus.add(text)
            return Edit("repeal", documents=corpus.texts_of(document), new=new)
    return None


def _repealing(document: CorpusDocument, number: int) -> str | None:
    entry = document.entry
    if entry.language == "zh":
        return (
            f"# 陈列室钥匙管理办法（{number}）\n\n2026年3月2日 海关总署令第{number}号公布\n\n"
            f"第一条 为了规范陈列室钥匙的登记，制定本办法。\n\n"
            f"第二条 本办法自2026年5月1日起施行。《{entry.title}》同时废止。\n"
        )
    if entry.work is not None and entry.kind == "announcement":
        return (
            f"GACC Announcement No. {number} of 2026 on Keys of Showrooms\n\n"
            "1. A keeper signs for each key of a showroom.\n\n"
            "2. This Announcement shall enter into force as from 1 May 2026 along with the "
            f"simultaneous repeal of {entry.work}.\n"
        )
    return None


def partly_repealed(corpus: AmendedCorpus) -> Edit | None:
    for document in corpus.documents():
        entry = document.entry
        if entry.kind != "announcement" or entry.language != "en":
            continue
        for clause in corpus.followed_rules(document):
            if not re.fullmatch(r"\d+", clause.path):
                continue
            number = corpus.next_number()
            new = corpus.add(
                f"GACC Announcement No. {number} of 2026 on Lockers of Showrooms\n\n"
                "1. A keeper signs for each locker of a showroom.\n\n"
                f"2. Item {clause.path} of {entry.work} is repealed.\n\n"
                "3. This Announcement shall enter into force as from 1 May 2026.\n"
            )
            ids = frozenset(
                c.id
                for id_ in corpus.texts_of(document)
                for c in corpus.desk.library().documents[id_].parsed.clauses
                if c.path == clause.path or c.path.startswith(f"{clause.path}.")
            )
            return Edit("partly repealed", ids, new=new)
    return None


def new_text(corpus: AmendedCorpus) -> Edit | None:
    """A newer text of a Chinese law, with one article in other words."""
    for document, rule in corpus.laws_to_amend():
        new = corpus.add_newer_text(document, rule, "可以", "2026年2月1日")
        status = corpus.desk.library().timeline.status(document.entry.id, "", TODAY)
        if status.replaced_by is None:
            raise AssertionError(f"{document.entry.id} was not replaced")
        return Edit("new text", documents=frozenset({document.entry.id}), new=new)
    return None


def removed(corpus: AmendedCorpus) -> Edit | None:
    for document in corpus.documents():
        if corpus.followed_rules(document):
            corpus.remove(document.entry.id)
            return Edit("removed", documents=frozenset({document.entry.id}))
    return None


def answers_first(corpus: AmendedCorpus) -> Edit | None:
    """A new document that answers a question that nothing here answers."""
    titles = {document.entry.title for document in corpus.desk.library().documents.values()}
    for at, (_, rule) in enumerate(GAPS, start=1):
        if rule.isascii():
            title = f"Notice on Showrooms, Part {at}"
            text = f"{title}\n\n1. {rule}\n\n2. This Notice shall enter into force as from 1 May 2026.\n"
        else:
            title = f"陈列室管理规定之{print_chinese(at)}"
            text = (
                f"# {title}\n\n2026年3月2日 海关总署令第{corpus.next_number()}号公布\n\n"
                f"第一条 {rule}\n\n第二条 本规定自2026年5月1日起施行。\n"
            )
        if title not in titles:
            return Edit("first", new=corpus.add(text))
    return None


def unrelated(corpus: AmendedCorpus) -> Edit | None:
    number = corpus.next_number()
    new = corpus.add(
        f"GACC Announcement No. {number} of 2026 on Flower Pots\n\n1. A gardener waters each flower pot "
        "on Mondays.\n\n2. This Announcement shall enter into force as from 1 May 2026.\n"
    )
    return Edit("unrelated", new=new)


EDITS: dict[str, Callable[[AmendedCorpus], Edit | None]] = {
    "other words": other_words,
    "longer": longer,
    "struck out": struck_out,
    "renumbered": renumbered,
    "looks: line ends": _looks(lambda t: t.replace("\r\n", "\n").replace("\n", "\r\n")),
    "looks: blank lines": _looks(lambda t: re.sub(r"\n\s*\n", "\n\n\n\n", t)),
    "looks: spaces": _looks(lambda t: re.sub(r"(?<=[,;:]) (?=\w)", "  ", t).replace("，", "， ")),
    "looks: widths": _looks(lambda t: t.replace("（", "(").replace("）", ")") if "（" in t else t.replace("(", "（").replace(")", "）")),
    "looks: ends of lines": _looks(lambda t: re.sub(r"(?<=\S)(?=\n)", "   ", t)),
    "repealed": repealed,
    "partly repealed": partly_repealed,
    "new text": new_text,
    "answers first": answers_first,
    "unrelated": unrelated,
    "removed": removed,
    **LAW_EDITS,
}  # fmt: skip
#: the plain cases are done more than once, on other documents each time
_PLAIN = [kind for kind in EDITS if kind not in LAW_EDITS]
_AGAIN = ["other words", "longer", "renumbered", "struck out", "looks: widths", "answers first"]
#: 34 plain ones, then each of the others once
ROUND = [*_PLAIN, *_AGAIN, *_PLAIN[:13], *LAW_EDITS]


def amended_corpus(folder: Path, texts: Sequence[str], files: Sequence[Path]) -> AmendedCorpus:
    """A copy of the shipped corpus with more documents."""
    real = real_index()
    shutil.copytree(real.corpus, folder / "corpus")
    shutil.copytree(real.index, folder / "var" / "index")
    shutil.copy(real.var / "embeddings.sqlite", folder / "var")
    settings = Settings(corpus=folder / "corpus", var=folder / "var")
    (folder / "new").mkdir()
    for number, text in enumerate(texts):
        (folder / "new" / f"{number}.txt").write_text(text, encoding="utf-8")
    added = add_documents(settings, [folder / "new", *files], Corrections(), quiet)
    for outcome in added.outcomes:
        if outcome.reason is not None:
            print(f"{outcome.file}: {outcome.reason}")
    return AmendedCorpus(settings)


def amend(
    corpus: AmendedCorpus, edits: int, steps: Path, seed: int, kinds: Sequence[str] = ROUND
) -> Iterator[Tally]:
    """A tally for each edit, kept in the file ``steps``, from which it goes on; ``kinds``: of edits,
    in their order, again and again."""
    lines = steps.read_text(encoding="utf-8").splitlines() if steps.exists() else []
    tallies = [Tally(**json.loads(line)) for line in lines]
    yield from tallies
    done = sum(tally.edits for tally in tallies)
    for at in range(len(tallies), 3 * edits):
        if done >= edits:
            return
        kind = kinds[at % len(kinds)]
        corpus.chance.seed(f"{seed} {at}")
        tally = Tally(kind)
        corpus.step(kind, EDITS[kind], tally)
        done += tally.edits
        with steps.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(tally), ensure_ascii=False) + "\n")
        yield tally


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=len(ROUND))
    parser.add_argument("--each", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("files", nargs="*", type=Path)
    chosen = parser.parse_args()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        if (folder / "followed.json").exists():
            settings = Settings(corpus=folder / "corpus", var=folder / "var")
            corpus = AmendedCorpus(settings)
            corpus.kept = json.loads((folder / "followed.json").read_text(encoding="utf-8"))
        else:
            texts = [OLD_DEPOSITS, LAW_2018, *MADE_UP]
            corpus = amended_corpus(folder, texts, chosen.files)
            corpus.follow(chosen.each)
            (folder / "followed.json").write_text(json.dumps(corpus.kept), encoding="utf-8")
        kinds = Counter(one.kind for one in corpus.store.all())
        print(
            f"{len(corpus.desk.library().documents)} documents, followed: {dict(kinds)}", flush=True
        )
        tallies: list[Tally] = []
        for tally in amend(corpus, chosen.edits, folder / "steps.jsonl", chosen.seed):
            tallies.append(tally)
            print(
                f"{len(tallies):>3} {tally.kind:<22} {time.monotonic() - begin:.0f} s", flush=True
            )
            if time.monotonic() - begin > 60 * chosen.minutes:
                break
        _print(tallies)
        sys.exit(1 if any(tally.faults for tally in tallies) else 0)


def _print(tallies: list[Tally]) -> None:
    for kind in [*EDITS, ""]:
        of = [tally for tally in tallies if kind in ("", tally.kind)]
        print(
            f"{kind or 'all':<22} {sum(t.edits for t in of):>3} edits, "
            f"{sum(t.affected for t in of):>4} affected, {sum(t.warned for t in of):>4} warned, "
            f"{sum(len(t.faults) for t in of)} faults"
        )
    print("\n".join(fault for tally in tallies for fault in tally.faults))


if __name__ == "__main__":
    main()
