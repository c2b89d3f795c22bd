"""A text held against the corpus."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import StringConstraints

from app.contract import Day, Frozen
from app.server.problems import described
from app.server.rest.asking import FRONT, Asker, TheService
from app.server.service import LONGEST_CHECKED
from app.text_check.report import TextCheck
from app.wording import Language

router = APIRouter(tags=["questions"])


class CheckBody(Frozen):
    """``text``: a memo, a letter, an assistant's answer; ``as_of``: the day on which its rules
    must apply, today if left out; ``language``: of the reasons, the text's own if left out."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_CHECKED)]
    as_of: Day | None = None
    language: Language | None = None


@router.post("/check", responses=described(422))
def check(body: CheckBody, reader: Asker, service: TheService) -> TextCheck:
    """Each citation and each sentence that states a rule: proved, contradicted or not checked."""
    return service.check(reader, FRONT, body.text, body.as_of, body.language)
