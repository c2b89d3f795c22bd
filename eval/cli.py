"""``python -m eval``: thin commands; what they do stands in the modules they import.

Imports that cost time are inside the commands, so that --help answers at once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click
from click import Choice, IntRange
from click.core import ParameterSource

from app.views.evaluation_report import (
    FOLDER,
    OWN_FOLDER,
    REFUSED,
    Language,
    Mode,
    Split,
    TopicKind,
)
from eval import choices
from ingest.facts.modifications import Status

if TYPE_CHECKING:
    from eval.evaluation import RunReport

F = TypeVar("F", bound=Callable[..., Any] | click.Command)

_PATH = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path, dir_okay=False)
_KINDS = Choice([kind.value for kind in TopicKind])
_LANGUAGES = Choice(get_args(Language))


def _file_option(flag: str, default: Path, help_text: str, *names: str) -> Callable[[F], F]:
    """An option for a file, or a folder, that another may take the place of."""
    shown = f"eval/data/{default.name}"
    return click.option(
        flag, *names, type=_PATH, default=default, show_default=shown, help=help_text
    )


_topics = _file_option(
    "--topics", choices.TOPICS_FILE, "Topics, one JSON object a line.", "topics_file"
)
_corpora = click.option(
    "--corpora",
    type=_PATH,
    default=Path("../shared/corpora"),
    show_default=True,
    help="Folder of the statutes and conventions that the questions name.",
)
_thresholds = _file_option("--thresholds", choices.THRESHOLDS_FILE, "Floors and ceilings.")


def _reports_folder() -> Path:
    from ingest.settings import load_settings

    return load_settings().var / FOLDER


@click.group()
def commands() -> None:
    """Measure Clause Desk on topics with known answers.

    Exit codes: 0 it holds, 1 it is worse or below a threshold, 2 it could not run.
    """


@commands.command()
@_topics
@_thresholds
@click.option("--split", type=Choice(get_args(Split)), help="Only this split.")
@click.option("--kind", "kinds", type=_KINDS, multiple=True, help="Only this kind.")
@click.option("--language", type=_LANGUAGES, help="Only this language.")
@click.option(
    "--mode",
    type=Choice(get_args(Mode)),
    default="extractive",
    show_default=True,
    help="How answers are made; in generative ones CLAUSEDESK_LLM chooses the sentences.",
)
@click.option(
    "--limit",
    type=IntRange(1),
    help="Only a sample of this many topics: a language model takes its time.",
)
@click.option(
    "--endpoint",
    metavar="URL",
    help="Ask another assistant: a chat as OpenAI's, or our own REST.",
)
@click.option(
    "--repeats",
    type=IntRange(1, 20),
    default=1,
    help="Ask each topic so many times: a language model says something else each time.",
)
@_file_option("--baseline", choices.BASELINE_FILE, "The stored run to compare with.")
@click.option("--update-baseline", is_flag=True, help="Store this run as the baseline.")
@click.option("--peers", is_flag=True, help="Run the peers on the same topics.")
@click.option("--readme", type=_PATH, help="Put the peers' table between its markers in this file.")
@click.option(
    "--out",
    type=_PATH,
    default=_reports_folder,
    show_default=f"{FOLDER} in the folder of CLAUSEDESK_VAR",
    help="Folder for the reports.",
)
def run(
    topics_file: Path, update_baseline: bool, readme: Path | None, out: Path, **options: Any
) -> None:
    """Ask every topic, score the answers, compare with the baseline.

    Other topics (--topics) and another assistant (--endpoint) are held against no bounds and no
    baseline but those that are named, and have folders of their own for the reports.
    """
    from rich.console import Console

    from app.teaching.topics import load_topics
    from eval.endpoint.client import open_assistant
    from eval.errors import CannotRun
    from eval.evaluation import Options, evaluate
    from eval.reports.files import append_to_history, write_reports
    from eval.reports.peers_table import peers_markdown, write_between_markers
    from eval.reports.terminal import print_report
    from eval.run.system import open_clause_desk

    out = _left_to_the_project(options, out, own=topics_file != choices.TOPICS_FILE)
    kinds = tuple(TopicKind(kind) for kind in options.pop("kinds"))
    chosen = Options(topics=topics_file, kinds=kinds, **options)
    if update_baseline and not chosen.is_whole:
        raise CannotRun(
            "a baseline needs all topics: leave out --split, --kind, --language and --limit"
        )
    if update_baseline and chosen.baseline is None:
        raise CannotRun("other topics and assistants have a baseline of their own: add --baseline")
    if readme and not chosen.peers:
        raise CannotRun("--readme writes the peers' table: add --peers")
    load_topics(topics_file)  # a wrong file is told before an index is built
    desk = open_clause_desk("extractive" if chosen.endpoint else chosen.mode)
    other = open_assistant(chosen.endpoint, desk.searcher()) if chosen.endpoint else None
    report = evaluate(desk, chosen, other)
    files = write_reports(report, out)
    append_to_history(report, out)
    print_report(report, Console())
    if readme:
        write_between_markers(readme, peers_markdown(report))
    click.echo(f"reports: {', '.join(str(file) for file in files)}", err=True)
    exit_code = int(report.verdict.exit_code)
    if update_baseline and chosen.baseline is not None:
        exit_code = _update_baseline(report, chosen.baseline)
    click.get_current_context().exit(exit_code)


def _left_to_the_project(options: dict[str, Any], out: Path, *, own: bool) -> Path:
    """Leave the project's bounds, baseline and reports, unless they are named, to its own topics
    asked of Clause Desk; the folder for the reports of this run. ``own``: of other topics."""
    source = click.get_current_context().get_parameter_source

    def is_named(name: str) -> bool:
        return source(name) is not ParameterSource.DEFAULT

    folders = [OWN_FOLDER] if own else []
    folders += ["endpoint"] if is_named("endpoint") else []
    if folders:
        options |= {n: None for n in ("thresholds", "baseline") if not is_named(n)}
    return out if is_named("out") else out.joinpath(*folders)


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
    return judge(report.bounds, None, report.stale).exit_code


@commands.command("comment")
@click.argument("report", type=_FILE)
@click.option("--before", type=_FILE, help="report.json of the run before the change.")
@_thresholds
def write_comment(report: Path, before: Path | None, thresholds: Path) -> None:
    """Print a comment for a pull request: REPORT (report.json) beside the run before it."""
    from app.views.evaluation import read_report
    from eval.errors import CannotRun
    from eval.reports.comment import comment
    from eval.run.thresholds import load_thresholds

    now = read_report(report)
    if now is None:
        raise CannotRun(f"there is no {report}: `python -m eval run` writes one")
    earlier = read_report(before) if before else None
    alpha = load_thresholds(thresholds).run.alpha
    click.echo(comment(earlier.report if earlier else None, now.report, alpha=alpha), nl=False)


@commands.command()
@_topics
@_file_option("--no-rule", choices.NO_RULE_FILE, "Clauses that need no topic.")
def check(topics_file: Path, no_rule: Path) -> None:
    """Prove the topics against the corpus and print what they cover."""
    from rich.console import Console

    from app.teaching.topics import load_topics
    from eval.reports.terminal import print_topic_check
    from eval.run.system import CorpusView, open_clause_desk
    from eval.tools.topic_check import check_topics, load_no_rule

    topics = load_topics(topics_file)
    corpus = CorpusView.of(open_clause_desk())
    result = check_topics(topics, corpus, load_no_rule(no_rule))
    print_topic_check(result, Console())
    click.get_current_context().exit(0 if result.ok else 1)


@commands.command()
@_topics
@_thresholds
@click.option("--short", is_flag=True, help="A few topics of each kind.")
def selftest(topics_file: Path, thresholds: Path, short: bool) -> None:
    """Break the system on purpose and prove that a run fails each time."""
    from rich.console import Console

    from app.teaching.topics import load_topics
    from eval.reports.terminal import print_trials
    from eval.run.system import open_clause_desk
    from eval.run.thresholds import load_thresholds
    from eval.tools.selftest import selftest as try_all

    topics, bounds = load_topics(topics_file), load_thresholds(thresholds)
    trials = try_all(open_clause_desk(), topics, bounds, short=short)
    print_trials(trials, Console())
    click.get_current_context().exit(0 if all(trial.passed for trial in trials) else 1)


@commands.command()
@_topics
@_file_option("--pairs", choices.PAIRS_FILE, "Sentences with the clauses that they cite.")
@click.option(
    "--split", type=Choice(get_args(choices.SentenceSplit)), help="Only this split; else all."
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

    from app.teaching.topics import load_topics
    from eval.errors import CannotRun
    from eval.reports.terminal import print_proof
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
    figures = measure.figures(judged)
    print_proof(figures, measure.by_split(judged), Console())
    click.get_current_context().exit(0 if figures.holds else 1)


@commands.command("follow-ups")
@click.option("--split", type=click.Choice(["dev", "apart"]), default="dev", show_default=True)
def follow_ups(split: str) -> None:
    """Tell how often the clause of a follow-up, and of a new topic, is found first."""
    from eval.tools import follow_ups as tool
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    turns = tool.load_turns(tool.TURNS_FILE, split)
    with ProgressBar() as progress:
        found = tool.measure(turns, load_settings(), progress)
    for kind in found:
        click.echo(
            f"{kind.topic:<5} {kind.turns:>3} turns: right clause first {kind.first / kind.turns:.2f}, "
            f"asked in full {kind.first_in_full / kind.turns:.2f}"
        )


@commands.command("kept-apart")
@_corpora
def kept_apart(corpora: Path) -> None:
    """Ask what is kept apart (eval/data/kept_apart) of its documents, which nothing was made with."""
    from eval.tools import kept_apart as tool
    from eval.tools.folder import DocumentPlaces
    from eval.training.examples import PAIRS, load_questions
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    folders = {"questions": choices.KEPT_APART, PAIRS: choices.KEPT_APART / PAIRS}
    sets = {name: load_questions(sorted(of.glob("*.jsonl"))) for name, of in folders.items()}
    settings = load_settings()
    places = DocumentPlaces(choices.TRAINING, corpora, settings.corpus)
    with ProgressBar() as progress:
        measured = tool.measure(sets, places, settings, progress)
    for name, figures in measured.items():
        click.echo(f"{name}:")
        for of in figures.slices:
            click.echo(
                f"  {of.name:<13} {of.questions:>4} answered: Success@1 {of.success_1:.3f}, "
                f"Success@5 {of.success_5:.3f}"
            )
        click.echo(
            f"  {figures.others} that no clause answers: AUROC {figures.auroc:.3f}, "
            f"{figures.answered:.1%} answered; of the others {figures.refused:.1%} refused"
        )
        click.echo(
            f"  answered without reserve: {figures.plain:.1%}, of them {figures.plain_right:.1%} "
            f"with the right clause first; of what no clause answers {figures.plain_others:.1%}"
        )


@commands.command()
@click.option("--corpus", type=_PATH, help="corpus.jsonl: passages in BEIR's form")
@click.option("--qrels", type=_PATH, help="qrels.tsv, with --corpus")
@click.option("--documents", type=_PATH, help="Or a folder of documents of any kind.")
@click.option("--queries", type=_PATH, required=True, help="queries.jsonl")
@click.option("--run-out", type=_PATH, help="Write the run in TREC form.")
@click.option("--limit", type=IntRange(1), help="Only the first queries.")
def retrieval(
    corpus: Path | None,
    qrels: Path | None,
    documents: Path | None,
    queries: Path,
    run_out: Path | None,
    limit: int | None,
) -> None:
    """Measure retrieval on a benchmark in BEIR files or on a folder, through our own index."""
    from eval.tools import retrieval as measure
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    with ProgressBar() as progress:
        if documents is not None:
            asked = measure.load_article_queries(queries, limit)
            result = measure.run_on_folder(documents, asked, load_settings(), progress)
        elif corpus is not None and qrels is not None:
            benchmark = measure.load_benchmark(corpus, queries, qrels, limit)
            result = measure.run_benchmark(benchmark, load_settings(), progress)
        else:
            raise click.UsageError("give --documents, or --corpus and --qrels")
    if run_out:
        measure.write_run(result.run, run_out)
    click.echo(f"{result.searched:,} clauses, {result.asked:,} queries")
    for name, value in result.scores.items():
        click.echo(f"{name:<10} {value:.4f}")


@commands.command()
@_file_option(
    "--questions",
    choices.TRAINING,
    "Folder of questions (*.jsonl) with made-up rule books under rules/.",
)
@_corpora
@click.option(
    "--work",
    type=_PATH,
    default=Path("var/training"),
    show_default=True,
    help="Folder for what each step leaves; a stopped run goes on from it.",
)
@click.option(
    "--people",
    type=_PATH,
    help="Questions that people asked on the statutes (as `retrieval --queries`); none without it.",
)
@click.option("--small", is_flag=True, help="A few made-up rule books and questions, two minutes.")
def train(questions: Path, corpora: Path, work: Path, people: Path | None, small: bool) -> None:
    """Train the model that embeds and reads; the weights are left in WORK/weights."""
    with _dev_packages():
        from eval.training.recipe import Recipe, small_recipe
        from eval.training.recipe import train as run_recipe
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    recipe = Recipe(questions, corpora, choices.NEAR_MISSES, work, people=people)
    if small:
        recipe = small_recipe(recipe)
    with ProgressBar() as progress:
        measured = run_recipe(
            recipe, load_settings(), lambda line: click.echo(line, err=True), progress
        )
    for figures in measured.figures:
        click.echo(figures.line())
    for questions_of, auroc in measured.auroc.items():
        of_any = measured.auroc_of_any[questions_of]
        click.echo(f"AUROC, answered or not: {questions_of} {auroc:.3f}, of any read {of_any:.3f}")
    click.echo(f"weights: {recipe.weights}")


@commands.command()
@_topics
@_corpora
def calibrate(topics_file: Path, corpora: Path) -> None:
    """Fit the refusal model (app/search/refusal.json) on questions over many documents."""
    from app.teaching.topics import load_topics
    from eval.run.topics import select

    with _dev_packages():
        from eval.tools.calibrate import calibrate as fit
        from eval.training.recipe import Recipe
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    topics = select(load_topics(topics_file), split="dev")
    settings = load_settings()
    recipe = Recipe(choices.TRAINING, corpora, choices.NEAR_MISSES, settings.var / "training")
    with ProgressBar() as progress:
        measured = fit(settings, topics, recipe, choices.KEPT_APART, progress)
    for name, value in measured.items():
        click.echo(f"{name:<45} {value}")


@contextmanager
def _dev_packages() -> Iterator[None]:
    """Raises CannotRun, saying what to install, where the dev extra is missing."""
    from eval.errors import CannotRun

    try:
        yield
    except ModuleNotFoundError as error:
        raise CannotRun(
            f"package {error.name} is not installed: run `pip install -c constraints.txt -e .[dev]`"
        ) from error


def _numbers(_context: click.Context, _parameter: click.Parameter, sizes: str) -> list[int]:
    numbers = sizes.split(",")
    if not all(number.strip().isdecimal() and int(number) > 0 for number in numbers):
        raise click.BadParameter(f"{sizes}: give numbers like 10,1000", param_hint="--sizes")
    return [int(number) for number in numbers]


@commands.command()
@click.option("--repeats", type=IntRange(1), default=5, show_default=True)
@click.option(
    "--sizes",
    default="10,1000,10000,100000",
    show_default=True,
    callback=_numbers,
    help="Numbers of clauses at which to measure growth.",
)
@click.option(
    "--corpora", type=_PATH, help="Folder of documents that come before the generated ones."
)
@click.option("--plot", type=_FILE, help="Also write the plot of the growth to this file.")
@click.option(
    "--out",
    type=_PATH,
    default=Path("var/bench"),
    show_default=True,
    help="Folder for the corpora made, the figures and the plot.",
)
def bench(
    repeats: int, sizes: list[int], corpora: Path | None, plot: Path | None, out: Path
) -> None:
    """Measure speed as ratios against the least that each step must cost, and growth.

    Ratios on the corpus; then time and memory at several numbers of clauses, the real ones
    first and generated ones after them, beside the stock recipe up to 100,000. Vectors are in
    files, or on the Chroma server of CLAUSEDESK_CHROMA.
    """
    from rich.console import Console

    from eval.reports.scale_plot import write_plots
    from eval.reports.terminal import print_ratios, print_scale
    from eval.speed.bench import run_bench
    from eval.speed.scale import run_scale
    from ingest.settings import load_settings

    console = Console()
    # growth first: a child's peak memory is never below what this process had before it
    tell = partial(click.echo, err=True)
    scale = run_scale(sizes, out, load_settings(), tell, corpora)
    for path in write_plots(scale, [out / "scale.svg", *([plot] if plot else [])]):
        click.echo(f"plot: {path}", err=True)
    print_scale(scale, console)
    ratios = run_bench(repeats)
    print_ratios(ratios, console)
    holds = all(bar.holds for bar in scale.bars()) and all(ratio.holds for ratio in ratios)
    click.get_current_context().exit(0 if holds else 1)


@commands.command()
@click.option("--add", "path", type=_FILE, help="Add the complete ones to this topics file.")
def proposals(path: Path | None) -> None:
    """Show the topics that feedback on the chat page proposes."""
    from app.conversations.feedback import read_feedback
    from eval.run.system import CorpusView, open_clause_desk
    from eval.tools.new_topic import append_topic, proposed_topic
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
    "--file", "path", type=_FILE, required=True, help="Topics file to add to; made when missing."
)
@click.option("--id", "topic_id", prompt="Id (family/variant)", help="family/variant")
@click.option("--kind", type=_KINDS, prompt=True)
@click.option("--language", type=_LANGUAGES, prompt=True, default="en")
@click.option("--question", prompt=True)
@click.option("--history", multiple=True, help="An earlier question; oldest first.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day of the question.")
@click.option(
    "--gold",
    type=(str, str),
    multiple=True,
    metavar="CLAUSE_ID EVIDENCE",
    help="A clause that answers and the verbatim words in it that do; none: a refusal is right.",
)
@click.option("--figure", "figures", multiple=True, help="What the answer must show.")
@click.option("--reference", help="The answer in your own words.")
@click.option(
    "--status",
    type=Choice([status.value for status in Status]),
    help="Status that the gold documents have on that day.",
)
@click.option("--must", is_flag=True, help="Once right, it may never be wrong again.")
def new_topic(
    path: Path, as_of: datetime | None, gold: tuple[tuple[str, str], ...], **fields: Any
) -> None:
    """Add a topic, by flags or by answering the questions of a form."""
    from app.teaching.topics import new_topic as made_of
    from eval.run.system import CorpusView, open_clause_desk
    from eval.tools.new_topic import append_topic

    corpus = CorpusView.of(open_clause_desk())
    topic = made_of(
        as_of=as_of.date() if as_of else None,
        gold=gold or _ask_for_gold(TopicKind(fields["kind"])),
        **fields,
    )
    append_topic(topic, path, corpus)
    click.echo(f"{topic.id} ({topic.split}) added to {path}")


def _ask_for_gold(kind: TopicKind) -> tuple[tuple[str, str], ...]:
    """The form's last questions; none for kinds whose right answer is a refusal."""
    gold: list[tuple[str, str]] = []
    while kind not in REFUSED:
        clause_id = click.prompt("Gold clause id (empty: no more)", default="", show_default=False)
        if not clause_id:
            break
        gold.append((clause_id, click.prompt("Its words that answer, verbatim")))
    return tuple(gold)
