"""The lines that tell a reader why an answer is not worded by the language model."""

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
        "unproven": "The clauses do not prove enough of what the language model wrote; "
        "the clause is shown as it stands.",
        "left_out": "A part of what the language model wrote is left out: the clauses do not prove it.",
        "doubts": "The language model sees no answer in these clauses; they are shown as they stand.",
        "refused": "The language model sees no answer in the clauses that were found.",
        "stopped": "Stopped by the reader; what was checked until then is shown.",
    },
    "zh": {
        "failed": "语言模型{what}；现按原文显示条款。",
        "unproven": "语言模型所写内容大多得不到条款证明；现按原文显示条款。",
        "left_out": "语言模型所写的一部分得不到条款证明，已略去。",
        "doubts": "语言模型认为这些条款没有回答该问题；现按原文显示条款。",
        "refused": "语言模型认为找到的条款没有回答该问题。",
        "stopped": "已由读者中止；显示的是此前已核对的内容。",
    },
}
_SIGNS = {
    "en": {"verified": "✓", "translated": "(unofficial translation, figures checked)",
           "not_checked": "(not proven)"},
    "zh": {"verified": "✓", "translated": "（非官方译文，仅核对数字）", "not_checked": "（未证实）"},
}  # fmt: skip


def failed(language: Language, failure: ModelFailed, seconds: float) -> str:
    what = _FAILED[language][failure.why].format(seconds=seconds)
    return _LINES[language]["failed"].format(what=what)


def unproven(language: Language) -> str:
    return _LINES[language]["unproven"]


def left_out(language: Language) -> str:
    return _LINES[language]["left_out"]


def doubts(language: Language) -> str:
    return _LINES[language]["doubts"]


def refused(language: Language) -> str:
    return _LINES[language]["refused"]


def stopped(language: Language) -> str:
    return _LINES[language]["stopped"]


def sign(language: Language, name: str) -> str:
    """What stands behind a statement: verified, translated or not_checked."""
    return _SIGNS[language][name]
