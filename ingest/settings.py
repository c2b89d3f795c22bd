"""Where things lie and how much is allowed; a key nobody knows fails at load.

Read, in this order, from the environment (``CLAUSEDESK_CORPUS=...``) and from
``clausedesk.toml`` beside pyproject.toml, if there is one.
"""

import os
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ingest.errors import ConfigError
from ingest.loaders.limits import LoadingLimits
from ingest.records import Frozen

PROJECT = Path(__file__).resolve().parent.parent
_PREFIX = "CLAUSEDESK_"


class ServerSettings(Frozen):
    """`python -m app serve` for a company; docs/deploy.md tells them one by one.

    ``public_url``: as readers' browsers see it, "https://clauses.example.com".
    ``issuer``, ``client_id``, ``client_secret``: of the OpenID Connect provider; without an
    issuer nobody signs in, and the server listens on loopback only. ``role_claim``: where a
    token says its bearer's roles, "realm_access.roles" for a claim inside another; ``readers``,
    ``editors``, ``admins``: the values that give each role, "*" for everyone who signs in.
    """

    public_url: str | None = None
    issuer: str | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    scopes: str = "openid profile email"
    audience: str | None = None  # of tokens that machines show; None: the client_id
    role_claim: str = "roles"
    readers: tuple[str, ...] = ("reader",)
    editors: tuple[str, ...] = ("editor",)
    admins: tuple[str, ...] = ("admin",)
    session_hours: float = Field(default=10.0, gt=0)  # or less, where the token ends before
    requests_per_minute: int = Field(default=240, gt=0)  # of one reader or key, to the interfaces
    audit_days: int | None = Field(default=None, gt=0)  # None: every line is kept
    audit_questions: bool = True  # whether the audit log holds the questions' words
    traces: str | None = None  # an OTLP collector, "http://127.0.0.1:4318"


class EndpointSettings(Frozen):
    """The assistant that `python -m eval run --endpoint URL` asks; docs/evaluation.md.

    ``api_key``: sent as "Bearer …" to that address alone; ``model``: None takes the first one that
    it lists; ``timeout``: seconds for one answer; ``retries``: further tries of one that failed.
    """

    api_key: SecretStr | None = None
    model: str | None = None
    timeout: float = Field(default=60.0, gt=0)
    retries: int = Field(default=2, ge=0, le=10)


class AlertSettings(Frozen):
    """Warnings on what is followed (docs/following.md). ``to``: addresses as Apprise writes them,
    "mailto://…", "json://…"; none by default. ``days_ahead``: of a day on which a status changes."""

    to: tuple[SecretStr, ...] = ()
    days_ahead: int = Field(default=30, ge=0, le=3650)


class Settings(BaseSettings):
    """``corpus``: folder with catalog.toml; ``var``: everything that can be rebuilt;
    ``database``: the Postgres that holds what must not be lost, instead of files in ``var``;
    ``chroma…``: the Chroma server that holds the vectors (docs/scale.md);
    ``ray``: the cluster over which documents are read and embedded (docs/scale.md);
    ``loading``: limits for one document; ``llm…``: the language model that words answers,
    none by default (docs/language-model.md); ``server``: of `python -m app serve`;
    ``endpoint``: another assistant that is evaluated; ``alerts``: on what is followed."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        toml_file=PROJECT / "clausedesk.toml",
    )

    corpus: Path = PROJECT / "corpus"
    var: Path = PROJECT / "var"
    # "postgresql+psycopg://user:password@host/desk"; each process reads it for itself
    database: SecretStr | None = Field(default=None, exclude=True)
    chroma: str | None = None  # "https://vectors.example.com"
    chroma_token: SecretStr | None = Field(default=None, exclude=True)
    chroma_tenant: str = "default_tenant"
    chroma_database: str = "default_database"
    ray: str | None = Field(default=None, min_length=1)  # "auto" or "host:port"
    loading: LoadingLimits = LoadingLimits()
    llm: str | None = None  # "provider:model" as init_chat_model takes it, or "local"
    llm_base_url: str | None = None
    llm_api_key: SecretStr | None = None
    llm_timeout: float = Field(
        default=60.0, gt=0
    )  # seconds for one answer, from asking to its last word
    llm_file: Path | None = None  # the GGUF file of "local"; None: the one of `make local-llm`
    llm_query_help: bool = False  # a follow-up or foreign question is also searched as reworded
    server: ServerSettings = ServerSettings()
    endpoint: EndpointSettings = EndpointSettings()
    alerts: AlertSettings = AlertSettings()

    @property
    def index(self) -> Path:
        return self.var / "index"

    @property
    def models(self) -> Path:
        return self.var / "models"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings() -> Settings:
    """Settings from the environment and the file.

    Raises ConfigError, naming the key, for one that is unknown or has a wrong value.
    """
    known = {f"{_PREFIX}{name}".upper() for name in Settings.model_fields}
    for variable in os.environ:
        key = variable.upper()
        if key.startswith(_PREFIX) and key.partition("__")[0] not in known:
            raise ConfigError(f"unknown setting {variable}; known are {', '.join(sorted(known))}")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"setting {key}: {first['msg']}") from error
    except ValueError as error:  # clausedesk.toml is no TOML, or a value no JSON
        raise ConfigError(f"settings cannot be read: {error}") from error
