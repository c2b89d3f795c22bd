"""``python -m eval``: thin commands; what they do stands in the modules they import.

Imports that cost time are inside the commands, so that --help answers at once.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from eval.run.report import RunReport
    from eval.run.topics import Topic

_KINDS = (
    "single", "several", "list", "code", "comparison", "as_of", "repeal", "follow_up", "zh",
    "not_covered", "near_miss", "not_held", "hostile",
)  # fmt: skip
_DATA = Path(__file__).parent / "data"

_topics = click.option(
    "--topics",
    "topics_file",
    type=click.Path(path_type=Path),
    default=_DATA / "topics.jsonl",
    show_default="eval/data/topics.jsonl",
    help="Topics, one JSON object a line.",
)
_thresholds = click.option(
    "--thresholds",
    type=click.Path(path_type=Path),
    default=_DATA / "thresholds.toml",
    show_default="eval/data/thresholds.toml",
    help="Floors and ceilings.",
)


@click.group()
def commands() -> None:
    """Measure Clause Desk on topics with known answers.

    Exit codes: 0 it holds, 1 it is worse or below a threshold, 2 it could not run.
    """


@commands.command()
@_topics
@_thresholds
@click.option("--split", type=click.Choice(["dev", "test"]), help="Only this split.")
@click.option("--kind", "kinds", type=click.Choice(_KINDS), multiple=True, help="Only this kind.")
@click.option("--language", type=click.Choice(["en", "zh"]), help="Only this language.")
@click.option(
    "--mode",
    type=click.Choice(["extractive", "generative"]),
    default="extractive",
    show_default=True,
    help="How answers are made; generative ones are worded by CLAUSEDESK_LLM.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    help="Only a sample of this many topics: a language model takes its time.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    default=_DATA / "baseline.json",
    show_default="eval/data/baseline.json",
    help="The stored run to compare with.",
)
@click.option("--update-baseline", is_flag=True, help="Store this run as the baseline.")
@click.option("--peers", is_flag=True, help="Run the peers on the same topics.")
@click.option(
    "--readme",
    type=click.Path(path_type=Path),
    help="Put the peers' table between its markers in this file.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("var/eval"),
    show_default=True,
    help="Folder for the reports.",
)
def run(
    topics_file: Path, update_baseline: bool, readme: Path | None, out: Path, **options: Any
) -> None:
    """Ask every topic, score the answers, compare with the baseline."""
    from rich.console import Console

    from eval.errors import CannotRun
    from eval.evaluation import Options, evaluate
    from eval.reports.files import write_reports
    from eval.reports.peers_table import peers_markdown, write_between_markers
    from eval.reports.terminal import print_report
    from eval.run.history import append_to_history
    from eval.run.system import open_clause_desk
    from eval.run.topics import Kind, load_topics

    chosen = Options(
        topics=topics_file, **{**options, "kinds": tuple(Kind(k) for k in options["kinds"])}
    )
    if update_baseline and not chosen.is_whole:
        raise CannotRun(
            "a baseline needs all topics: leave out --split, --kind, --language and --limit"
        )
    if readme and not chosen.peers:
        raise CannotRun("--readme writes the peers' table: add --peers")
    load_topics(topics_file)  # a wrong file is told before an index is built
    report = evaluate(open_clause_desk(chosen.mode), chosen)
    files = write_reports(report, out)
    append_to_history(report, out)
    print_report(report, Console())
    if readme:
        write_between_markers(readme, peers_markdown(report))
    click.echo(f"reports: {', '.join(str(file) for file in files)}", err=True)
    exit_code = int(report.verdict.exit_code)
    if update_baseline:
        exit_code = _update_baseline(report, chosen.baseline)
    click.get_current_context().exit(exit_code)


def _update_baseline(report: "RunReport", path: Path) -> int:
    """Store the run and say what changes; thresholds still decide the exit code."""
    from eval.evaluation import baseline_of
    from eval.run.baseline import save_baseline
    from eval.run.verdict import judge

    save_baseline(baseline_of(report), path)
    click.echo(f"baseline written: {path}, {len(report.asked)} topics")
    if report.comparison is not None:
        lost, won = report.comparison.lost, report.comparison.won
        click.echo(f"  from right to wrong: {', '.join(c.topic for c in lost) or 'none'}")
        click.echo(f"  from wrong to right: {', '.join(c.topic for c in won) or 'none'}")
    return judge(report.checks, None, report.stale).exit_code


@commands.command()
@_topics
@click.option(
    "--no-rule",
    type=click.Path(path_type=Path),
    default=_DATA / "no_rule.toml",
    show_default="eval/data/no_rule.toml",
    help="Clauses that need no topic.",
)
def check(topics_file: Path, no_rule: Path) -> None:
    """Prove the topics against the corpus and print what they cover."""
    from rich.console import Console

    from eval.reports.topic_check_table import print_check
    from eval.run.corpus_view import CorpusView
    from eval.run.system import open_clause_desk
    from eval.run.topics import load_topics
    from eval.tools.topic_check import check_topics, load_no_rule

    topics = load_topics(topics_file)
    corpus = CorpusView.of(open_clause_desk())
    result = check_topics(topics, corpus, load_no_rule(no_rule))
    print_check(result, Console())
    click.get_current_context().exit(0 if result.ok else 1)


@commands.command()
@_topics
@_thresholds
@click.option("--short", is_flag=True, help="A few topics of each kind.")
def selftest(topics_file: Path, thresholds: Path, short: bool) -> None:
    """Break the system on purpose and prove that a run fails each time."""
    from rich.console import Console

    from eval.reports.selftest_table import print_trials
    from eval.run.system import open_clause_desk
    from eval.run.thresholds import load_thresholds
    from eval.run.topics import load_topics
    from eval.tools.selftest import selftest as try_all

    topics, bounds = load_topics(topics_file), load_thresholds(thresholds)
    trials = try_all(open_clause_desk(), topics, bounds, short=short)
    print_trials(trials, Console())
    click.get_current_context().exit(0 if all(trial.passed for trial in trials) else 1)


@commands.command()
@_topics
@click.option(
    "--pairs",
    type=click.Path(path_type=Path),
    default=_DATA / "checker_pairs.jsonl",
    show_default="eval/data/checker_pairs.jsonl",
    help="Sentences with the clauses that they cite.",
)
@click.option(
    "--split",
    type=click.Choice(["dev", "test", "fresh", "hand1", "hand2", "hand3", "blind"]),
    help="Only this split; else all.",
)
@click.option("--short", is_flag=True, help="A few sentences of each kind.")
@click.option(
    "--errors", "show_errors", is_flag=True, help="Print wrong outcomes; never of test and blind."
)
def checker(
    topics_file: Path, pairs: Path, split: str | None, short: bool, show_errors: bool
) -> None:
    """Measure the citation check on true and on mutated sentences."""
    from rich.console import Console

    from eval.errors import CannotRun
    from eval.reports.proof_table import print_checker
    from eval.run.topics import load_topics
    from eval.tools import proof_measurement as measure
    from ingest.settings import load_settings

    if show_errors and split in measure.SEALED:
        raise CannotRun(f"the errors of split {split} are not shown: it is not to be tuned on")
    every = (*measure.load_pairs(pairs), *measure.reference_pairs(load_topics(topics_file)))
    chosen = tuple(pair for pair in every if split in (None, pair.split))
    judged = measure.judge(measure.short(chosen) if short else chosen, load_settings())
    if show_errors:
        for line in measure.errors(judged):
            click.echo(line)
    result = measure.report(judged)
    print_checker(result, measure.by_split(judged), Console())
    click.get_current_context().exit(0 if result.holds else 1)


@commands.command()
@click.option("--corpus", type=click.Path(path_type=Path), required=True, help="corpus.jsonl")
@click.option("--queries", type=click.Path(path_type=Path), required=True, help="queries.jsonl")
@click.option("--qrels", type=click.Path(path_type=Path), required=True, help="qrels.tsv")
@click.option("--run-out", type=click.Path(path_type=Path), help="Write the run in TREC form.")
@click.option("--limit", type=click.IntRange(1), help="Only the first queries.")
def retrieval(
    corpus: Path, queries: Path, qrels: Path, run_out: Path | None, limit: int | None
) -> None:
    """Measure retrieval on a benchmark in BEIR files, through our own index."""
    from eval.tools.retrieval import load_benchmark, run_benchmark, write_run
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    benchmark = load_benchmark(corpus, queries, qrels, limit)
    with ProgressBar() as progress:
        scores, run = run_benchmark(benchmark, load_settings(), progress)
    if run_out:
        write_run(run, run_out)
    click.echo(f"{len(benchmark.units):,} passages, {len(benchmark.queries):,} queries")
    for measure, value in scores.items():
        click.echo(f"{measure:<10} {value:.4f}")


@commands.command()
@click.option(
    "--questions",
    type=click.Path(path_type=Path),
    default=_DATA / "training",
    show_default="eval/data/training",
    help="Folder of questions (*.jsonl) with made-up rule books under rules/.",
)
@click.option(
    "--corpora",
    type=click.Path(path_type=Path),
    default=Path("../shared/corpora"),
    show_default=True,
    help="Folder of the statutes and conventions that the questions name.",
)
@click.option(
    "--work",
    type=click.Path(path_type=Path),
    default=Path("var/training"),
    show_default=True,
    help="Folder for what each step leaves; a stopped run goes on from it.",
)
@click.option("--small", is_flag=True, help="A few made-up rule books and questions, two minutes.")
def train(questions: Path, corpora: Path, work: Path, small: bool) -> None:
    """Train the model that embeds and reads; the weights are left in WORK/weights."""
    from eval.training.recipe import Recipe, small_recipe
    from eval.training.recipe import train as run_recipe
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    recipe = Recipe(questions, corpora, work)
    if small:
        recipe = small_recipe(recipe)
    with ProgressBar() as progress:
        measured = run_recipe(
            recipe, load_settings(), lambda line: click.echo(line, err=True), progress
        )
    for figures in measured.figures:
        click.echo(figures.line())
    for questions_of, auroc in measured.auroc.items():
        click.echo(f"AUROC, answered or not: {questions_of} {auroc:.3f}")
    click.echo(f"weights: {recipe.weights}")


@commands.command()
@_topics
def calibrate(topics_file: Path) -> None:
    """Fit the refusal model (app/search/refusal.json) on development topics and corpus/questions."""
    from eval.run.topics import load_topics, select
    from eval.tools.calibrate import calibrate as fit
    from ingest.settings import load_settings

    measured = fit(load_settings(), select(load_topics(topics_file), split="dev"))
    for name, value in measured.items():
        click.echo(f"{name:<20} {value}")


@commands.command()
@click.option("--repeats", type=click.IntRange(1), default=5, show_default=True)
@click.option(
    "--sizes",
    default="10,1000,10000,100000",
    show_default=True,
    help="Numbers of clauses at which to measure growth.",
)
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the plot of the growth to this file.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("var/bench"),
    show_default=True,
    help="Folder for the corpora made, the figures and the plot.",
)
def bench(repeats: int, sizes: str, plot: Path | None, out: Path) -> None:
    """Measure speed as ratios against the least that each step must cost, and growth.

    Ratios on the corpus; then time and memory at several numbers of clauses, the real ones
    first and generated ones after them, beside the stock recipe.
    """
    from rich.console import Console

    from eval.reports.bench_table import print_ratios
    from eval.reports.scale_plot import write_plots
    from eval.reports.scale_table import print_scale
    from eval.speed.bench import run_bench
    from eval.speed.scale.run import run_scale
    from ingest.settings import load_settings

    clauses = _numbers(sizes)
    console = Console()
    # growth first: a child's peak memory is never below what this process had before it
    scale = run_scale(clauses, out, load_settings(), lambda step: click.echo(step, err=True))
    for path in write_plots(scale, [out / "scale.svg", *([plot] if plot else [])]):
        click.echo(f"plot: {path}", err=True)
    print_scale(scale, console)
    ratios = run_bench(repeats)
    print_ratios(ratios, console)
    holds = all(bar.holds for bar in scale.bars()) and all(ratio.holds for ratio in ratios)
    click.get_current_context().exit(0 if holds else 1)


def _numbers(sizes: str) -> list[int]:
    numbers = sizes.split(",")
    if not all(number.strip().isdecimal() and int(number) > 0 for number in numbers):
        raise click.BadParameter(f"{sizes}: give numbers like 10,1000", param_hint="--sizes")
    return [int(number) for number in numbers]


@commands.command()
@click.option(
    "--add",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Add the complete ones to this topics file.",
)
def proposals(path: Path | None) -> None:
    """Show the topics that feedback on the chat page proposes."""
    from app.conversations.feedback import read_feedback
    from eval.run.corpus_view import CorpusView
    from eval.run.system import open_clause_desk
    from eval.tools.new_topic import append_topic
    from eval.tools.proposals import proposed_topic
    from ingest.settings import load_settings

    given = read_feedback(load_settings().var)
    if not given:
        click.echo("no feedback yet: the chat page takes it below each answer")
        return
    corpus = CorpusView.of(open_clause_desk()) if path else None
    for feedback in given:
        topic = proposed_topic(feedback)
        if topic is None:
            click.echo(f"to complete (new-topic): {feedback.question} - {feedback.reason}")
            continue
        if path is not None and corpus is not None:
            append_topic(topic, path, corpus)
        click.echo(topic.model_dump_json())


@commands.command("new-topic")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Topics file to add to; made when missing.",
)
@click.option("--id", "topic_id", prompt="Id (family/variant)", help="family/variant")
@click.option("--kind", type=click.Choice(_KINDS), prompt=True)
@click.option("--language", type=click.Choice(["en", "zh"]), prompt=True, default="en")
@click.option("--question", prompt=True)
@click.option("--history", multiple=True, help="An earlier question; oldest first.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day of the question.")
@click.option(
    "--gold",
    "gold",
    type=(str, str),
    multiple=True,
    metavar="CLAUSE_ID EVIDENCE",
    help="A clause that answers and the verbatim words in it that do; none: a refusal is right.",
)
@click.option("--figure", "figures", multiple=True, help="What the answer must show.")
@click.option("--reference", help="The answer in your own words.")
@click.option(
    "--status",
    type=click.Choice(["in_force", "not_yet_in_force", "repealed", "expired", "unknown"]),
    help="Status that the gold documents have on that day.",
)
@click.option("--must", is_flag=True, help="Once right, it may never be wrong again.")
def new_topic(path: Path, as_of: datetime | None, **fields: Any) -> None:
    """Add a topic, by flags or by answering the questions of a form."""
    from eval.run.corpus_view import CorpusView
    from eval.run.system import open_clause_desk
    from eval.tools.new_topic import append_topic

    corpus = CorpusView.of(open_clause_desk())
    gold = fields.pop("gold") or _ask_for_gold(fields["kind"])
    topic = _topic(as_of, gold, fields)
    append_topic(topic, path, corpus)
    click.echo(f"{topic.id} ({topic.split}) added to {path}")


def _ask_for_gold(kind: str) -> tuple[tuple[str, str], ...]:
    """The form's last questions; none for kinds whose right answer is a refusal."""
    gold: list[tuple[str, str]] = []
    while kind not in ("not_covered", "near_miss", "not_held", "hostile"):
        clause_id = click.prompt("Gold clause id (empty: no more)", default="", show_default=False)
        if not clause_id:
            break
        gold.append((clause_id, click.prompt("Its words that answer, verbatim")))
    return tuple(gold)


def _topic(
    as_of: datetime | None, gold: tuple[tuple[str, str], ...], fields: dict[str, Any]
) -> "Topic":
    from pydantic import ValidationError

    from eval.errors import TopicError
    from eval.run.topics import Topic, first_problem, split_of

    topic_id = fields.pop("topic_id")
    try:
        return Topic(
            id=topic_id,
            split=split_of(topic_id),
            as_of=as_of.date() if as_of else None,
            answerable=bool(gold),
            gold=tuple(clause_id for clause_id, _ in gold),
            evidence=tuple(evidence for _, evidence in gold),
            **fields,
        )
    except ValidationError as error:
        raise TopicError(f"no topic: {first_problem(error)}") from error
