"""JUnit XML: a case per topic, so that a CI server lists what failed.

A case fails exactly when it makes the run fail; a topic that is wrong without that
(wrong before too, or within chance) is shown as skipped with the reason, so that the
server's colour and the exit code never disagree. Bounds and measures have cases of
their own. The format is the one Jenkins, GitLab and the GitHub reporters read
(https://github.com/testmoapp/junitxml).
"""

import re
from xml.etree import ElementTree as ET

from app.views.evaluation_report import HeldBound
from eval.evaluation import RunReport
from eval.run.runner import TopicAnswer

#: characters that XML 1.0 cannot hold, not even escaped (a hostile answer may have them)
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(report: RunReport) -> str:
    """The whole document, UTF-8 declared."""
    root = ET.Element("testsuites", name="clause-desk evaluation")
    topics = ET.SubElement(root, "testsuite", name="topics")
    failed = set(report.verdict.failed_topics)
    for asked in report.asked:
        _topic_case(topics, asked, fails=asked.topic.id in failed)
    for line in report.stale:
        case = ET.SubElement(topics, "testcase", classname="topics.stale", name=_clean(line))
        ET.SubElement(case, "error", message="the corpus does not hold its gold clause")
    bounds = ET.SubElement(root, "testsuite", name="thresholds")
    for bound in report.bounds:
        _bound_case(bounds, bound)
    if report.comparison is not None:
        changes = ET.SubElement(root, "testsuite", name="since the baseline")
        for change in report.comparison.measures:
            case = ET.SubElement(changes, "testcase", classname="baseline", name=change.measure)
            if change.worse:
                message = f"fell from {change.before:.3f} to {change.now:.3f}, p = {change.p:.4f}"
                ET.SubElement(case, "failure", message=message)
    for suite in root:
        suite.set("tests", str(len(suite)))
        for name, tag in (("failures", "failure"), ("skipped", "skipped"), ("errors", "error")):
            suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _topic_case(suite: ET.Element, asked: TopicAnswer, *, fails: bool) -> None:
    topic, outcome = asked.topic, asked.outcome
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"{topic.split}.{topic.kind}",
        name=topic.id,
        time=f"{asked.milliseconds / 1000:.3f}",
    )
    if outcome.right:
        return
    message = _clean("; ".join(outcome.why_wrong))
    if fails:
        detail = (
            f"question: {topic.question}\nexpected: {', '.join(topic.gold) or 'a refusal'}\n"
            f"found: {', '.join(outcome.found)}\nanswer: {asked.answer.answer}"
        )
        ET.SubElement(case, "failure", message=message).text = _clean(detail)
    else:
        ET.SubElement(case, "skipped", message=f"wrong, does not fail the run: {message}")


def _bound_case(suite: ET.Element, bound: HeldBound) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=f"thresholds.{bound.scope}", name=bound.measure
    )
    if not bound.holds:
        ET.SubElement(case, "failure", message=str(bound))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
