"""The files for containers say what the program understands; the engine itself is tried by hand."""

import re
import shlex
from typing import Any

import yaml  # type: ignore[import-untyped]

from ingest.settings import PROJECT, ServerSettings

DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))


def test_settings_of_the_files_are_settings_of_the_program() -> None:
    named = set(COMPOSE["services"]["desk"]["environment"])
    named |= set(re.findall(r"\bCLAUSEDESK_[A-Z_]+", DOCKERFILE))
    known = {f"CLAUSEDESK_SERVER__{name.upper()}" for name in ServerSettings.model_fields}
    assert named - known == {"CLAUSEDESK_CORPUS", "CLAUSEDESK_VAR"}


def test_what_is_named_outside_of_the_program_must_be_told() -> None:
    for value in COMPOSE["services"]["desk"]["environment"].values():
        assert re.fullmatch(r"\$\{[A-Z_]+:\?.+\}", value), value  # without it nothing starts


def test_the_container_may_write_where_its_data_are_and_nowhere_else() -> None:
    desk = COMPOSE["services"]["desk"]
    assert desk["read_only"] and desk["cap_drop"] == ["ALL"]
    [(volume, folder)] = [mount.split(":") for mount in desk["volumes"]]
    assert volume in COMPOSE["volumes"] and f"VOLUME {folder}" in DOCKERFILE
    for name in ("CORPUS", "VAR"):
        assert f"CLAUSEDESK_{name}={folder}/" in DOCKERFILE
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)[-1] != "root"


def test_only_this_machine_reaches_the_container() -> None:
    (port,) = COMPOSE["services"]["desk"]["ports"]
    host, _, inside = port.split(":")
    assert host == "127.0.0.1" and f"EXPOSE {inside}" in DOCKERFILE
    assert f'"--port", "{inside}"' in DOCKERFILE and f":{inside}/ready" in DOCKERFILE


def test_what_the_image_copies_is_there() -> None:
    for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE):
        sources = [word for word in shlex.split(line)[:-1] if not word.startswith("--")]
        if "--from=" not in line:
            assert all((PROJECT / source).exists() for source in sources), line
