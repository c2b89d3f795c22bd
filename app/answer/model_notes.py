"""The lines that tell a reader what did not go as configured with the language model."""

from app.llm.failures import ModelFailed, Why
from app.wording import Language

_FAILED = {
    "en": {
        Why.TIME_OUT: "did not answer within {seconds:g} s",
        Why.KEY_REFUSED: "refused the key; see CLAUSEDESK_LLM_API_KEY",
        Why.RATE_LIMIT: "takes no more questions for now (rate limit)",
        Why.NOT_FOUND: "is not known at that address; see CLAUSEDESK_LLM and CLAUSEDESK_LLM_BASE_URL",
        Why.UNREACHABLE: "could not be reached",
        Why.SERVER_ERROR: "had a fault of its own",
        Why.REJECTED: "did not take the question",
        Why.BROKEN_OFF: "broke off in the middle of its answer",
        Why.UNREADABLE: "gave no answer that can be read",
        Why.LOOPS: "repeated itself without end",
        Why.NOT_STARTED: "could not be started; see CLAUSEDESK_LLM_FILE",
    },
    "zh": {
        Why.TIME_OUT: "在{seconds:g}秒内没有回答",
        Why.KEY_REFUSED: "不接受密钥，请检查 CLAUSEDESK_LLM_API_KEY",
        Why.RATE_LIMIT: "暂时不再接受提问（频率限制）",
        Why.NOT_FOUND: "在该地址不存在，请检查 CLAUSEDESK_LLM 和 CLAUSEDESK_LLM_BASE_URL",
        Why.UNREACHABLE: "无法连接",
        Why.SERVER_ERROR: "自身发生故障",
        Why.REJECTED: "没有接受该问题",
        Why.BROKEN_OFF: "回答中途中断",
        Why.UNREADABLE: "给出的回答无法读取",
        Why.LOOPS: "不断重复",
        Why.NOT_STARTED: "无法启动，请检查 CLAUSEDESK_LLM_FILE",
    },
}
_LINES = {
    "en": {
        "failed": "The language model {what}; the clause is shown as it stands.",
        "nothing": "The language model points at no sentence of these clauses; they are shown as "
        "they stand.",
        "left_out": "Words of the language model are left out: the clauses do not bear them out.",
        "untranslated": "The language model {what}; the clauses are shown without its translation.",
    },
    "zh": {
        "failed": "语言模型{what}；现按原文显示条款。",
        "nothing": "语言模型没有指出这些条款中的任何一句；现按原文显示条款。",
        "left_out": "语言模型的部分文字得不到条款佐证，已略去。",
        "untranslated": "语言模型{what}；条款未附其译文。",
    },
}


def failed(language: Language, failure: ModelFailed, seconds: float) -> str:
    return _LINES[language]["failed"].format(what=what_failed(language, failure, seconds))


def untranslated(language: Language, failure: ModelFailed, seconds: float) -> str:
    return _LINES[language]["untranslated"].format(what=what_failed(language, failure, seconds))


def nothing(language: Language) -> str:
    return _LINES[language]["nothing"]


def left_out(language: Language) -> str:
    return _LINES[language]["left_out"]


def what_failed(language: Language, failure: ModelFailed, seconds: float) -> str:
    """What a model did that failed, to follow its name; ``seconds``: how long it had."""
    return _FAILED[language][failure.why].format(seconds=seconds)
