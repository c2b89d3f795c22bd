"""A chat client's own requests are told from questions, whichever client words them."""

import json
import time

import openai
import pytest
from company import Served

from app.server.openai_api.chores import Chore, chore_of, result_of

_CHAT = """USER: What deposit does an exhibitor pay?
ASSISTANT: 2. An exhibitor shall pay a deposit of 4,500 yuan."""
_HISTORY = f"<chat_history>\n{_CHAT}\n</chat_history>"

#: as clients word them: by their default prompts, or in the manner of these
CHORES = [
    (Chore.TITLE, f'### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.\n### Guidelines:\n- Write the title in the chat\'s primary language.\n### Output:\nJSON format: {{ "title": "your concise title here" }}\n### Chat History:\n{_HISTORY}'),
    (Chore.TAGS, f'### Task:\nGenerate 1-3 broad tags categorizing the main themes of the chat history.\n### Output:\nJSON format: {{ "tags": ["tag1", "tag2"] }}\n### Chat History:\n{_HISTORY}'),
    (Chore.FOLLOW_UPS, f'### Task:\nSuggest 3-5 relevant follow-up questions or prompts that the user might naturally ask next in this conversation, based on the chat history.\n### Output:\nJSON format: {{ "follow_ups": ["Question 1?"] }}\n{_HISTORY}'),
    (Chore.QUERIES, f'### Task:\nAnalyze the chat history to determine the necessity of generating search queries, in the given language.\n### Output:\n{{ "queries": ["query1", "query2"] }}\n{_HISTORY}'),
    (Chore.COMPLETION, f'### Task:\nYou are an autocompletion system. Continue the text in `<text>` based on the completion type and the given chat history. Respond with JSON: {{ "text": "" }}\n{_HISTORY}'),
    (Chore.IMAGE, f'### Task:\nGenerate a detailed description for a program that draws, based on the chat history.\n### Output:\n{{\n    "prompt": "what is to be seen"\n}}\n{_HISTORY}'),
    (Chore.EMOJI, f"Your task is to reflect the speaker's likely facial expression through a fitting emoji. Respond with the emoji only.\nThe given conversation: {_HISTORY}"),
    (Chore.EMOJI, "Your task is to reflect the mood of the speaker through a fitting emoji. Read it from the message alone.\n\nMessage: ```what is item 3?```"),
    (Chore.TITLE, f"Provide a concise, 5-word-or-less title for the conversation, using its same language, with no punctuation. Apply title case conventions. Never directly mention the language name or the word \"title\"\n||>Chat history:\n{_CHAT}"),
    (Chore.TITLE, f"Please summarize the following conversation and give it a title of at most ten words. Return the title only.\n{_CHAT}"),
    (Chore.TITLE, f"请根据以下对话内容生成一个简短的标题，不超过10个字：\n用户：展品保证金是多少？\n{_CHAT}"),
    (Chore.TAGS, f"请为下面的聊天记录生成标签。\n{_CHAT}"),
    (Chore.FOLLOW_UPS, f"Based on the conversation above, please suggest three follow-up questions.\n{_CHAT}"),
]  # fmt: skip

QUESTIONS = [
    "What deposit does an exhibitor pay for each exhibit?",
    "What is the title of the law on commodity inspection?",
    "Which tags must be fixed to bonded goods?",
    "Give the tags that Article 12 requires.",
    "Please write out Article 5 in full.",
    "Must the title of ownership of the goods be shown? Provide the clause.",
    "Does the contract's title, “Processing Agreement”, matter to Customs?",
    "What must be declared in this conversation-recording equipment's import licence?",
    "请提供第五条的全文。",
    "标签上应当注明哪些内容？",
    "进口食品的标签由谁审核？请给出条款。",
    "Summarize the follow-up inspection after release.",
    "The title is stated how?",
    "a" * 5000,
]


@pytest.mark.parametrize(("chore", "prompt"), CHORES)
def test_a_chore_is_known_by_what_it_says(chore: Chore, prompt: str) -> None:
    assert chore_of(prompt) is chore


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_no_chore(question: str) -> None:
    assert chore_of(question) is None


def test_a_chat_that_speaks_of_titles_does_not_name_the_chore() -> None:
    brought = _HISTORY.replace("deposit", 'emoji in a "title": and tags')
    prompt = f'### Task:\nGenerate tags for the chat history: {{ "tags": [] }}\n{brought}'
    assert chore_of(prompt) is Chore.TAGS


@pytest.mark.parametrize(("chore", "prompt"), CHORES)
def test_the_result_is_in_the_form_that_clients_read(chore: Chore, prompt: str) -> None:
    told = result_of(chore, prompt, [])
    if chore is Chore.TITLE:
        title = json.loads(told)["title"] if told.startswith("{") else told
        assert title in ("What deposit does an exhibitor pay?", "展品保证金是多少？")
    elif chore is not Chore.EMOJI:
        assert json.loads(told) == {
            chore.value: "" if chore in (Chore.COMPLETION, Chore.IMAGE) else []
        }


def test_a_chore_is_answered_without_searching(server: Served) -> None:
    client = openai.OpenAI(base_url=f"{server.url}/v1", api_key=server.key())
    before = len(list(server.service.audit.lines()))
    for chore, prompt in CHORES:
        for stream in (False, True):
            said = client.chat.completions.create(
                model="clause-desk", messages=[{"role": "user", "content": prompt}], stream=stream
            )
            if stream:
                text = "".join(piece.choices[0].delta.content or "" for piece in said)
            else:
                text = said.choices[0].message.content or ""
            assert text == result_of(chore, prompt, [])
    assert len(list(server.service.audit.lines())) == before  # nobody was told anything


@pytest.mark.parametrize(
    "filling", ["<chat_history>", "\n", " ", "please ", ". ", "user\n", "\n# ", '"title" ', "'*_#"]
)
def test_no_prompt_keeps_the_server_busy(filling: str) -> None:
    prompt = "Generate a title for the chat history:" + filling * (500_000 // len(filling))
    began = time.process_time()
    chore = chore_of(prompt)
    if chore is not None:
        result_of(chore, prompt, [])
    assert time.process_time() - began < 5
