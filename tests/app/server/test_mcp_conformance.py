"""The protocol's own suite (`@modelcontextprotocol/conformance`) against the server, guard and all.

The suite calls tools, resources and prompts of its own by name, so these stand beside the
desk's. Its client is the SDK of another language than the server's.
"""

import base64
import subprocess
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from company import company, free_port, served
from mcp.server.mcpserver import Context
from mcp_types import (
    AudioContent,
    Completion,
    EmbeddedResource,
    ImageContent,
    TextContent,
    TextResourceContents,
)

from app.desk import ClauseDesk
from app.server import interfaces
from app.server.mcp_api.tools import McpDesk
from ingest.settings import Settings

SUITE = "@modelcontextprotocol/conformance@0.1.16"
#: the suite does not run on older ones
NODE = "node@22"
#: a picture of one dot, a sound without length
_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
_WAV = base64.b64encode(b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data\0\0\0\0").decode()  # fmt: skip


def _embedded(uri: str) -> EmbeddedResource:
    words = TextResourceContents(uri=uri, mime_type="text/plain", text="An embedded resource.")
    return EmbeddedResource(type="resource", resource=words)


def _text(words: str) -> TextContent:
    return TextContent(type="text", text=words)


def _image() -> ImageContent:
    return ImageContent(type="image", data=_PNG, mime_type="image/png")


class DeskWithFixtures(McpDesk):
    """The desk and what the suite looks for."""

    def __init__(self, *more: Any) -> None:
        super().__init__(*more)

        def test_simple_text() -> list[TextContent]:
            return [_text("This is a simple text response for testing.")]

        def test_image_content() -> list[ImageContent]:
            return [_image()]

        def test_audio_content() -> list[AudioContent]:
            return [AudioContent(type="audio", data=_WAV, mime_type="audio/wav")]

        def test_embedded_resource() -> list[EmbeddedResource]:
            return [_embedded("test://embedded-resource")]

        def test_multiple_content_types() -> list[TextContent | ImageContent | EmbeddedResource]:
            return [_text("Several kinds:"), _image(), _embedded("test://mixed-content-resource")]

        async def test_tool_with_logging(ctx: Context[None]) -> str:
            for step in ("started", "processing data", "completed"):
                await ctx.info(f"Tool execution {step}")
            return "logged"

        async def test_tool_with_progress(ctx: Context[None]) -> str:
            for done in (0, 50, 100):
                await ctx.report_progress(done, 100, f"{done} of 100")
            return "done"

        def test_error_handling() -> str:
            raise RuntimeError("This tool intentionally returns an error for testing")

        for tool in (
            test_simple_text, test_image_content, test_audio_content, test_embedded_resource,
            test_multiple_content_types, test_tool_with_logging, test_tool_with_progress,
            test_error_handling,
        ):  # fmt: skip
            self.add_tool(tool, description="A tool of the suite.", structured_output=False)
        self._add_resources()
        self._add_prompts()

    def _add_resources(self) -> None:
        self.resource("test://static-text", name="text", mime_type="text/plain")(
            lambda: "This is the content of the static text resource."
        )
        self.resource("test://static-binary", name="binary", mime_type="image/png")(
            lambda: base64.b64decode(_PNG)
        )

        @self.resource("test://template/{id}/data", mime_type="application/json")
        def template(id: str) -> str:  # noqa: A002 - its name in the address
            return f'{{"id": "{id}", "templateTest": true, "data": "Data for ID: {id}"}}'

    def _add_prompts(self) -> None:
        @self.prompt(description="A prompt of the suite.")
        def test_simple_prompt() -> str:
            return "This is a simple prompt for testing."

        @self.prompt(description="A prompt of the suite.")
        def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
            return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"

        @self.prompt(description="A prompt of the suite.")
        def test_prompt_with_embedded_resource(resourceUri: str) -> list[Any]:  # noqa: N803
            return [
                {"role": "user", "content": _embedded(resourceUri)},
                {"role": "user", "content": _text("Please process the resource above.")},
            ]

        @self.prompt(description="A prompt of the suite.")
        def test_prompt_with_image() -> list[Any]:
            return [
                {"role": "user", "content": _image()},
                {"role": "user", "content": _text("Please analyze the image above.")},
            ]

        @self.completion()
        async def complete(*_: Any) -> Completion:
            return Completion(values=["paris", "park"], total=2, has_more=False)


@pytest.fixture(scope="module")
def suite() -> list[str]:
    """The command; skipped where it was not fetched before."""
    npx = which("npx")
    if npx is None:
        pytest.skip("NOT TESTED: npx is not installed, so the suite cannot be had")
    # from what npm has kept: `npx --yes --package … -- conformance --version` fetches it once
    command = [
        npx,
        "--offline",
        "--yes",
        "--package",
        NODE,
        "--package",
        SUITE,
        "--",
        "conformance",
    ]
    tried = subprocess.run(
        [*command, "--version"], capture_output=True, text=True, timeout=300, check=False
    )
    if tried.returncode:
        pytest.skip(f"NOT TESTED: npm has not kept the suite: {tried.stderr.strip()[-200:]}")
    return command


def test_the_protocols_own_suite_passes(
    suite: list[str],
    small: Settings,
    small_desk: ClauseDesk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(interfaces, "McpDesk", DeskWithFixtures)
    port = free_port()
    with served(company(small, tmp_path, port, None), small_desk, port) as server:
        done = subprocess.run(
            [
                *suite, "server", "--url", f"{server.url}/mcp", "--output-dir", str(tmp_path / "out"),
                "--expected-failures", str(Path(__file__).with_name("mcp_conformance.yaml")),
            ],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "tools-list: 1 passed, 0 failed" in done.stdout
