"""What a command can be told: the project's own files, which it takes by default, and the splits
of the sentences on which the citation check is measured.

What a topic can be (kind, split, language, mode) stands in app/views/evaluation_report.py. Nothing
heavy is imported, so that --help answers at once.
"""

from pathlib import Path
from typing import Literal

_DATA = Path(__file__).parent / "data"
TOPICS_FILE = _DATA / "topics.jsonl"
THRESHOLDS_FILE = _DATA / "thresholds.toml"
BASELINE_FILE = _DATA / "baseline.json"
#: clauses of the corpus that state no rule, each with the reason
NO_RULE_FILE = _DATA / "no_rule.toml"
#: questions to train on, with made-up rule books under rules/
TRAINING = _DATA / "training"
#: questions that come near the corpus's clauses and that none answers, to train on
NEAR_MISSES = _DATA / "near_misses"
#: questions on other documents, for measuring and for nothing else
KEPT_APART = _DATA / "kept_apart"
PAIRS_FILE = _DATA / "checker_pairs.jsonl"

SentenceSplit = Literal["dev", "test", "fresh", "hand1", "hand2", "hand3", "blind"]
