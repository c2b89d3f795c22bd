"""The graph of modifications: who repeals, amends, replaces, cites whom, with the proof."""

import re

from small_corpus import LAW_2018, LAW_2024, NEW_DEPOSITS, OLD_DEPOSITS, documents_of

from ingest.corpus.graph import ModificationGraph, Relation, build_graph

LAW = "law-11928237"


def graph_of(*texts: str) -> ModificationGraph:
    return build_graph(documents_of(*texts))


def edges_of(graph: ModificationGraph) -> list[tuple[str, str, str, str | None]]:
    return [(edge.source, edge.relation, edge.target, edge.proof) for edge in graph.edges]


def test_a_repeal_of_a_held_document() -> None:
    graph = graph_of(OLD_DEPOSITS, NEW_DEPOSITS)
    assert edges_of(graph) == [("gacc-2022-8", "repeals", "gacc-2019-5", "gacc-2022-8#3")]
    assert graph.not_held == ()


def test_what_the_corpus_does_not_hold_is_listed() -> None:
    graph = graph_of(NEW_DEPOSITS)
    assert [node.id for node in graph.not_held] == ["GACC Announcement No. 5 of 2019"]


def test_the_texts_of_a_law_replace_each_other_and_are_amended_by_decisions() -> None:
    old, new = f"{LAW}-2018", f"{LAW}-2024"
    decision = "海关总署关于修改部分规章的决定"
    assert edges_of(graph_of(LAW_2018, LAW_2024)) == [
        (old, "repeals", "样品管理规定", f"{old}#4"),
        (f"{decision} (2018-06-01)", "amends", old, f"{old}#p2"),
        (new, "repeals", "样品管理规定", f"{new}#5"),
        (f"{decision} (2018-06-01)", "amends", new, f"{new}#p2"),
        (f"{decision} (2024-02-01)", "amends", new, f"{new}#p3"),
        (new, "replaces", old, f"{new}#p3"),
    ]


def test_partial_repeals_and_amendments_name_the_items() -> None:
    acting = (
        "GACC Announcement No. 1 of 2020 on Changes\n\n"
        "1. Items 1 and 3 of GACC Announcement No. 5 of 2019 are repealed.\n\n"
        "2. Item 2 of GACC Announcement No. 5 of 2019 is amended to read as follows: no deposit.\n\n"
        "3. This Announcement shall enter into force as from 1 March 2020.\n"
    )
    edges = graph_of(OLD_DEPOSITS, acting).edges
    assert [(e.relation, e.target, e.items, str(e.since), e.proof) for e in edges] == [
        (Relation.REPEALS, "gacc-2019-5", ("1", "3"), "2020-03-01", "gacc-2020-1#1"),
        (Relation.AMENDS, "gacc-2019-5", ("2",), "2020-03-01", "gacc-2020-1#2"),
    ]


def test_citations_by_number_and_by_title_find_the_held_document() -> None:
    citing = (
        "关于申报的公告\n\n海关总署公告2021年第45号\n\n一、依照《中华人民共和国海关法》、"
        "《样品检验办法》和海关总署公告2019年第5号办理。\n"
    )
    graph = graph_of(OLD_DEPOSITS, LAW_2018, citing)
    cited = [e.target for e in graph.edges if e.source == "gacc-2021-45"]
    assert cited == ["中华人民共和国海关法", f"{LAW}-2018", "gacc-2019-5"]
    assert {e.relation for e in graph.edges if e.source == "gacc-2021-45"} == {Relation.CITES}


def test_json_and_dot_tell_the_same_edges() -> None:
    graph = graph_of(OLD_DEPOSITS, NEW_DEPOSITS, LAW_2018, LAW_2024)
    told = graph.as_json()
    assert len(told["edges"]) == len(re.findall(" -> ", graph.as_dot())) == len(graph.edges)
    assert told["not_held"] == [node.id for node in graph.not_held]
    assert {node["id"] for node in told["nodes"] if node["held"]} >= {"gacc-2019-5", f"{LAW}-2024"}


def test_dot_quotes_what_would_end_a_label() -> None:
    graph = graph_of('Rules on "Samples" \\ and More\n\n1. See GACC Announcement No. 5 of 2019.\n')
    assert r'[label="Rules on \"Samples\" \\ and More"]' in graph.as_dot()
