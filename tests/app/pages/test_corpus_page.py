"""The Corpus page, state by state, in Streamlit's own test harness; a small corpus, embedded for real."""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from page_driver import Opener, keys, marked, markup, words
from page_index import HOSTILE_TITLE, hostile_index, real_desk, real_index
from small_corpus import LAW_2018, NEW_DEPOSITS, OLD_DEPOSITS, documents_of, with_documents
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from app.desk import ClauseDesk
from app.keeping.jobs import CorpusJobs
from app.keeping.overview import document_cards, index_card
from app.keeping.session import CorpusSession
from app.keeping.worker import CorpusTask
from app.pages.corpus import audit_section
from app.readers import LOCAL
from app.server.audit.log import AuditLog
from app.server.tables import TABLES, audit_lines
from app.teaching.lessons import load_lessons
from app.views.graph import picture, relation_lines
from ingest.corpus.catalog import load_catalog
from ingest.corpus.graph import Relation, build_graph
from ingest.keeping.catalog_writer import remove_entry
from ingest.pipeline import build
from ingest.settings import Settings
from ingest.storage import Database
from ingest.watching.proposals import proposals
from ingest.watching.sources import WatchedSources
from ingest.watching.watch import watch as look

WORDS = {relation: relation.value for relation in Relation}


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return with_documents(tmp_path_factory.mktemp("corpus"), OLD_DEPOSITS)


def click(tab: AppTest, key: str) -> AppTest:
    return tab.button(key=key).click().run()


def session(tab: AppTest) -> CorpusSession:
    found: CorpusSession = tab.session_state["corpus_session"]
    return found


def after_its_job(tab: AppTest) -> AppTest:
    """The page as it draws itself anew when the work has ended."""
    job = session(tab).job
    assert job is not None, words(tab)
    job.wait()
    return tab.run()


def upload(tab: AppTest, *files: tuple[str, str]) -> AppTest:
    tab.file_uploader[0].set_value([(name, text.encode(), "text/plain") for name, text in files])
    return tab.run()


def field(tab: AppTest, name: str) -> str:
    """The key of a field of the first proposed entry."""
    return f"{name}-{session(tab).proposed[0].path.parent.name}"


def test_documents_are_shown_with_status_dates_language_and_size(open_page: Opener) -> None:
    tab = open_page(real_index(), "corpus")
    assert not tab.exception
    shown = words(tab)
    assert (
        "✓ in force since 1 January 2017, as far as the corpus shows issued 24 November 2016 · "
        "in force from"
    ) in shown
    assert "Announcement · GACC · English · 21 clauses · 4.3 kB · gacc-2016-67" in shown
    assert "status not stated in the corpus tells of no date" in shown
    assert len(keys(tab, "remove-")) == len(keys(tab, "read-")) == 5
    assert real_desk().fingerprint in shown and "It fits the catalog." in shown
    # as many as the first page tells
    assert "5 documents, 187 clauses" in shown
    assert "5 documents with 187 clauses" in words(open_page(real_index(), ""))
    kinds = ["txt", "md", "pdf", "docx", "html", "htm", "xlsx", "csv", "tsv"]
    assert tab.file_uploader[0].allowed_type == [f".{kind}" for kind in kinds]


def test_the_audit_logs_state_is_shown_and_proven(
    open_page: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = open_page(real_index(), "corpus")
    assert "python -m app serve does" in words(tab) and keys(tab, "audit-") == []
    database = Database(tmp_path / "server.sqlite", TABLES)
    log = AuditLog(database, tmp_path)
    log.write("document.add", LOCAL, "page", {"document": "harbour-dues"})
    state = SimpleNamespace(audit_state=log.state, audit_faults=log.faults)
    monkeypatch.setattr(audit_section, "shared", lambda: state)
    tab = open_page(real_index(), "corpus")
    assert "1 line, the last on" in words(tab)
    tab.button(key="audit-verify").click().run()
    assert "Every line is as it was written." in words(tab)
    with database.change() as session:
        session.execute(update(audit_lines).values(action="document.remove"))
    tab.button(key="audit-verify").click().run()
    assert "line 1 was edited after it was written" in words(tab)


def test_the_day_is_shown_and_changed_here_too(open_page: Opener) -> None:
    tab = open_page(real_index(), "corpus")
    tab.date_input(key="as-of").set_value(date(2016, 12, 1)).run()
    assert not tab.exception
    assert "◷ not yet in force: it enters into force on 1 January 2017" in words(tab)
    click(tab, "today")
    assert "◷ not yet in force" not in words(tab)


def test_a_document_is_read_on_the_ask_page(open_page: Opener) -> None:
    tab = click(open_page(real_index(), "corpus"), "read-gacc-2016-68")
    assert not tab.exception
    assert "Commissioned Processing in Customs Special Control Areas" in words(tab)


def test_the_graph_is_a_picture_and_words_with_proofs(open_page: Opener) -> None:
    tab = open_page(real_index(), "corpus")
    assert "digraph" in tab.get("graphviz_chart")[0].proto.spec
    shown = words(tab)
    assert "GACC Announcement No. 67 of 2016 repeals GACC Announcement No. 2 of 2011" in shown
    assert "from 1 January 2017" in shown
    assert len(keys(tab, "relation-proof-")) == 20
    tab.selectbox(key="graph_focus").set_value("gacc-2018-19").run()
    assert len(keys(tab, "relation-proof-")) == 1
    click(tab, "relation-proof-0")
    assert marked(tab).startswith("This Announcement shall enter into force as from 5 March 2018")


def test_what_the_watch_found_is_looked_through_or_dismissed(
    open_page: Opener, tmp_path: Path
) -> None:
    settings = with_documents(tmp_path, OLD_DEPOSITS)
    scans = tmp_path / "scans"
    scans.mkdir()
    named = {"source": [{"name": "scans", "folder": str(scans)}]}

    def watch(name: str, text: str) -> None:
        (scans / name).write_text(text, encoding="utf-8")
        list(look(settings, WatchedSources.model_validate(named), all_now=True))

    watch("new.txt", NEW_DEPOSITS)
    watch("law.md", LAW_2018)
    watch("law.md", LAW_2018.replace("十日内", "三日内"))
    law, new = sorted(proposals(settings), key=lambda found: found.address)
    tab = open_page(settings, "corpus")
    assert "Found by the watch" in words(tab)
    assert "In other words: 第二条" in words(tab)
    click(tab, f"found-dismiss-{law.id}")
    assert not tab.exception
    assert keys(tab, "found-look-") == [f"found-look-{new.id}"]
    click(tab, f"found-look-{new.id}")
    assert keys(tab, "found-look-") == []
    assert tab.text_input(key=field(tab, "source")).value == str(scans / "new.txt")
    after_its_job(click(tab, "store"))
    assert "gacc-2022-8" in [entry.id for entry in load_catalog(settings.corpus).document]
    assert proposals(settings) == ()
    assert "Found by the watch" not in words(tab)


def test_an_upload_is_corrected_stored_and_removed_again(
    open_page: Opener, indexed: Settings
) -> None:
    tab = upload(open_page(indexed, "corpus"), ("new.txt", NEW_DEPOSITS), ("bad.pdf", "%PDF-"))
    assert "Reading the files" in tab.get("progress")[0].proto.text
    after_its_job(tab)
    assert "bad.pdf: the PDF is damaged" in words(tab)
    assert "new.txt 3 clauses" in words(tab)
    assert "could not tell the date of issue" in words(tab)
    assert "item 2 2. An exhibitor shall pay a deposit of 4,500 yuan" in words(tab)
    assert tab.text_input(key=field(tab, "id")).value == "gacc-2022-8"
    assert [entry.id for entry in load_catalog(indexed.corpus).document] == ["hours", "gacc-2019-5"]

    tab.text_input(key=field(tab, "id")).set_value("No Id")
    click(tab, "store")
    assert "new.txt: No Id is no id" in words(tab)
    tab.text_input(key=field(tab, "id")).set_value("guarantees")
    tab.text_input(key=field(tab, "title")).set_value("On <b>Guarantees</b>")
    tab.date_input(key=field(tab, "day")).set_value(date(2022, 6, 1))
    click(tab, "store")
    assert tab.button(key="corpus-cancel") and not keys(tab, "store")
    after_its_job(tab)
    assert "Stored, and in the index now: On <b>Guarantees</b>" in words(tab)
    assert "<b>Guarantees" not in markup(tab)
    entry = load_catalog(indexed.corpus).document[-1]
    assert (entry.id, entry.expression_date) == ("guarantees", date(2022, 6, 1))
    assert "remove-guarantees" in keys(tab, "remove-")
    assert not list((indexed.var / "uploads").iterdir())

    click(tab, "remove-guarantees")
    assert "Remove “On <b>Guarantees</b>”? Its 3 clauses leave the index" in words(tab)
    click(tab, "remove-not")
    assert not keys(tab, "remove-now")
    click(tab, "remove-guarantees")
    click(tab, "remove-now")
    after_its_job(tab)
    assert "Removed from corpus and index: guarantees" in words(tab)
    assert "remove-guarantees" not in keys(tab, "remove-")


def test_an_upload_is_discarded(open_page: Opener, indexed: Settings) -> None:
    tab = after_its_job(upload(open_page(indexed, "corpus"), ("new.txt", NEW_DEPOSITS)))
    click(tab, "discard")
    assert not keys(tab, "store")
    assert not list((indexed.var / "uploads").iterdir())


def test_a_text_that_is_held_is_told(open_page: Opener, indexed: Settings) -> None:
    tab = after_its_job(upload(open_page(indexed, "corpus"), ("old.txt", OLD_DEPOSITS)))
    assert "old.txt: the corpus holds this text already: gacc-2019-5" in words(tab)
    assert not keys(tab, "store")


def test_work_is_cancelled(open_page: Opener, indexed: Settings) -> None:
    # read for twenty seconds: still under way when the button is pressed, also on a busy machine
    long = OLD_DEPOSITS + "".join(
        f"\n{number}. An exhibitor shall keep list {number} for {number} days.\n"
        for number in range(5, 60_000)
    )
    tab = upload(open_page(indexed, "corpus"), ("new.txt", long))
    click(tab, "corpus-cancel")
    if session(tab).job is not None:
        after_its_job(tab)
    assert "Cancelled; corpus and index are as they were." in words(tab)
    assert not list((indexed.var / "uploads").iterdir())


def test_an_index_that_is_out_of_date_is_brought_up_to_date(
    open_page: Opener, tmp_path: Path
) -> None:
    settings = with_documents(tmp_path, OLD_DEPOSITS)
    remove_entry(settings.corpus, "gacc-2019-5")
    tab = open_page(settings, "corpus")
    assert "Out of date for gacc-2019-5" in words(tab)
    after_its_job(click(tab, "corpus-rebuild"))
    assert "The index fits the corpus now." in words(tab)
    assert "Out of date" not in words(tab)
    # what is left is the last document, which stays
    assert tab.button(key="remove-hours").disabled


def test_hostile_titles_stay_text(open_page: Opener) -> None:
    tab = open_page(hostile_index(), "corpus")
    assert not tab.exception
    assert HOSTILE_TITLE in words(tab)
    assert "<img" not in markup(tab) and "http://evil.example/a)" in words(tab)


def test_in_chinese(open_page: Opener) -> None:
    tab = open_page(real_index(), "corpus", lang="zh")
    assert "语料库" in words(tab) and "公告 · GACC · 英文 · 21 个条款" in words(tab)
    assert "海关总署公告2016年第67号 废止" in words(tab)


def test_a_change_refused_by_another_one_is_told(indexed: Settings) -> None:
    jobs = CorpusJobs()
    busy = jobs.start(CorpusTask(kind="build", settings=indexed))
    one = CorpusSession(indexed, jobs)
    one.remove("gacc-2019-5")
    assert [(n.key, n.is_error) for n in one.notices] == [("failed", True)]
    assert "another change of the corpus is under way" in one.notices[0].line
    busy.wait()


def test_how_a_change_ended_is_told_in_every_tab_once(indexed: Settings) -> None:
    jobs = CorpusJobs()
    asking, looking = CorpusSession(indexed, jobs), CorpusSession(indexed, jobs)
    asking.remove("gacc-2019-5")
    looking.settle()
    assert not looking.has_news and looking.notices == []
    assert asking.job is not None
    asking.job.wait()
    reloaded = CorpusSession(indexed, jobs)  # the page was loaded anew while the change ran
    for tab in (asking, looking, reloaded):
        assert tab.has_news
        tab.settle()
        tab.settle()
        assert [(n.key, n.about) for n in tab.notices] == [("removed", "gacc-2019-5")]
        assert not tab.has_news


def test_a_change_is_told_where_it_was_asked_for_though_another_one_follows(
    indexed: Settings,
) -> None:
    jobs = CorpusJobs()
    asking = CorpusSession(indexed, jobs)
    asking.rebuild()
    assert asking.job is not None
    asking.job.wait()
    following = jobs.start(CorpusTask(kind="build", settings=indexed))
    asking.settle()
    assert [(n.key, n.about) for n in asking.notices] == [("built", "")]
    following.wait()


def test_cards_are_searched_and_a_missing_file_shows(tmp_path: Path) -> None:
    settings = with_documents(tmp_path, OLD_DEPOSITS)
    library = ClauseDesk.open(settings).library()
    shelf = load_lessons(settings.corpus, library)

    def ids(text: str) -> list[str]:
        cards = document_cards(library, settings, shelf, date(2020, 1, 1), "en", text)
        return [card.entry.id for card in cards]

    assert ids("") == ["hours", "gacc-2019-5"]
    assert ids("EXHIBITS deposits") == ids("No. 5") == ["gacc-2019-5"]
    assert ids("ivory") == []
    (settings.corpus / "documents" / "hours.txt").unlink()
    card, *_ = document_cards(library, settings, shelf, date(2020, 1, 1), "en")
    assert card.bytes is None
    assert index_card(library, settings).stale == ()


def test_the_picture_draws_each_pair_once_and_escapes_names() -> None:
    graph = build_graph(documents_of(OLD_DEPOSITS, NEW_DEPOSITS, LAW_2018))
    drawn = picture(graph, {"gacc-2019-5": 'a "quoted" \\ name'}, WORDS)
    assert drawn.count(" -> ") == len({(e.source, e.relation, e.target) for e in graph.edges})
    assert r"a \"quoted\" \\ name" in drawn
    assert drawn.count("dashed") == len(graph.not_held)
    focused = picture(graph, {}, WORDS, "gacc-2022-8")
    assert focused.count(" -> ") == 1 and focused.count("label=") == 3
    (line,) = relation_lines(graph, {"gacc-2022-8": "New"}, "gacc-2022-8")
    assert (line.source, line.relation, line.target) == ("New", Relation.REPEALS, "gacc-2019-5")
    assert line.proof is not None
    assert (str(line.since), line.proof.link) == ("2022-05-01", "gacc-2022-8#3")


def test_long_names_are_set_in_short_lines() -> None:
    graph = build_graph(documents_of(LAW_2018))
    labels = re.findall(r'label="([^"]*)"', picture(graph, {}, WORDS))
    lines = [line for label in labels for line in label.split(r"\n")]
    assert max(len(line) for line in lines) <= 20
    assert any(len(label.split(r"\n")) > 1 for label in labels)


def test_the_index_moves_on_and_the_page_with_it(open_page: Opener, tmp_path: Path) -> None:
    settings = with_documents(tmp_path, OLD_DEPOSITS)
    tab = open_page(settings, "corpus")
    before = words(tab)
    remove_entry(settings.corpus, "hours")
    build(settings, lambda *_: None)
    # what the part that looks each few seconds does in a browser
    tab.run()
    assert words(tab) != before and not keys(tab, "remove-hours")
