import pytest

from ingest.errors import ConfigError
from ingest.settings import PROJECT, load_settings


def test_defaults_lie_in_the_checkout() -> None:
    settings = load_settings()
    assert (settings.corpus, settings.index) == (PROJECT / "corpus", PROJECT / "var" / "index")


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("CLAUSEDESK_CORPSE", "x", "unknown setting CLAUSEDESK_CORPSE"),
        ("CLAUSEDESK_LOADING__MAX_PAGES", "many", r"loading\.max_pages"),
        ("CLAUSEDESK_LOADING__MAX_PAGE", "1", r"loading\.max_page"),
        ("CLAUSEDESK_LLM_MODEL", "x", "unknown setting CLAUSEDESK_LLM_MODEL"),
        ("CLAUSEDESK_LLM_TIMEOUT", "0", "llm_timeout"),
        ("CLAUSEDESK_LLM_TIMEOUT", "soon", "llm_timeout"),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, complaint: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match=complaint) as error:
        load_settings()
    assert "\n" not in str(error.value)


def test_a_setting_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSEDESK_LOADING__MAX_PAGES", "12")
    assert load_settings().loading.max_pages == 12
