"""The last evaluation, as `python -m eval run` left it."""

from datetime import datetime

from fastapi import APIRouter

from app.contract import Frozen
from app.errors import NotThere
from app.server.problems import described
from app.server.rest.asking import Editor, TheService
from app.views.evaluation import read_evaluation
from app.views.evaluation_report import EvaluationReport

router = APIRouter(tags=["evaluation"])


class EvaluationAnswer(Frozen):
    finished_at: datetime
    report: EvaluationReport


@router.get("/evaluation", responses=described(404, 422))
def evaluation(_: Editor, service: TheService) -> EvaluationAnswer:
    """Figures, thresholds and failing topics of the last run."""
    found = read_evaluation(service.settings.var)
    if found is None:
        raise NotThere("nothing was evaluated yet: run `python -m eval run`")
    return EvaluationAnswer(finished_at=found.finished_at, report=found.report)
