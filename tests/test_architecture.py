"""The shape of the house: one direction of imports, a quick --help, every command documented."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.corpus.parser_version import reading_modules
from ingest.settings import PROJECT

#: a package may import itself and what stands left of it
ORDER = ("ingest", "app", "eval")
#: and inside a package (or its pages) a module may import its own folder and those left of it
LEGS = {
    "ingest": "errors command_line progress records whole_file text structure loaders settings storage clauses parsing facts "
    "corpus models cluster index pipeline keeping watching cli",
    "app": "errors contract wording plain_text texts readers library search proof llm answer desk views "
    "conversations packs following text_check sheets teaching keeping shared server pages cli",
    "app.pages": "frame ask following checks corpus lessons evaluation start serve_pages",
    "eval": "errors choices measures endpoint run peers evaluation training tools speed reports pytest_plugin cli",
}
MOST_MODULES = 18  # of one folder


def modules_of(path: Path) -> set[str]:
    """Full names of the modules that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # "from app.llm import local_server" imports a module of a package
            inside = PROJECT / node.module.replace(".", "/")
            found |= {
                f"{node.module}.{alias.name}"
                if (inside / f"{alias.name}.py").is_file()
                else node.module
                for alias in node.names
            }
    return found


def imports_of(path: Path) -> set[str]:
    return {module.partition(".")[0] for module in modules_of(path)}


@pytest.mark.parametrize("package", ORDER)
def test_imports_run_one_way(package: str) -> None:
    forbidden = set(ORDER[ORDER.index(package) + 1 :])
    for path in (PROJECT / package).rglob("*.py"):
        assert not imports_of(path) & forbidden, path


@pytest.mark.parametrize("package", LEGS)
def test_imports_run_down_the_legs_of_a_package(package: str) -> None:
    legs = [*LEGS[package].split(), "__init__", "__main__"]
    depth = package.count(".") + 1
    climbing = []
    for path in (PROJECT / package.replace(".", "/")).rglob("*.py"):
        leg = path.relative_to(PROJECT).with_suffix("").parts[depth]
        for name in modules_of(path):
            imported = name.split(".")
            if name.startswith(f"{package}.") and legs.index(imported[depth]) > legs.index(leg):
                climbing.append(f"{path.relative_to(PROJECT)} imports {name}")
    assert not climbing, "\n".join(climbing)


def test_a_folder_can_be_read_at_a_glance() -> None:
    for package in ORDER:
        for folder in {path.parent for path in (PROJECT / package).rglob("*.py")}:
            modules = [path for path in folder.glob("*.py") if not path.stem.startswith("__")]
            assert len(modules) <= MOST_MODULES, folder


def test_a_class_name_means_one_thing() -> None:
    """Two places may each have a small private class of one name; three are a common word."""
    places: dict[str, list[Path]] = {}
    for package in ORDER:
        for path in (PROJECT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    places.setdefault(node.name, []).append(path.relative_to(PROJECT))
    shared = {name: found for name, found in places.items() if len(found) > 1}
    assert not {name: found for name, found in shared.items() if not name.startswith("_")}
    assert not {name: found for name, found in shared.items() if len(found) > 2}


def test_only_one_module_knows_chroma() -> None:
    knowing = {
        path.relative_to(PROJECT).as_posix()
        for package in ("ingest", "app")
        for path in (PROJECT / package).rglob("*.py")
        if imports_of(path) & {"chromadb", "langchain_chroma"}
    }
    assert knowing == {"ingest/index/vectors.py"}


def test_only_one_module_knows_ray() -> None:
    knowing = [
        path.relative_to(PROJECT).as_posix()
        for package in ORDER
        for path in (PROJECT / package).rglob("*.py")
        if "ray" in imports_of(path)
    ]
    assert knowing == ["ingest/cluster.py"]


def test_whatever_reads_a_document_is_part_of_the_parser_version() -> None:
    reading = set(reading_modules())
    #: what these do shows in no clause
    beside = {
        PROJECT / "ingest" / name
        for name in ("errors.py", "index/content.py", "models/clause_model.py")
    }
    for path in reading:
        for name in modules_of(path):
            needed = PROJECT / (name.replace(".", "/") + ".py")
            if name.startswith("ingest.") and needed.is_file():
                assert needed in reading | beside, (path, name)


@pytest.mark.parametrize("package", ORDER)
def test_help_loads_nothing_heavy(package: str) -> None:
    code = (
        f"import sys, runpy; sys.argv = ['{package}', '--help']\n"
        f"try: runpy.run_module('{package}', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'chromadb', 'streamlit', 'numpy', 'pydantic'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("package", ORDER)
def test_every_command_is_documented(package: str) -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", package, "--help"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    commands = re.findall(r"^  ([a-z-]+)  ", help_text.partition("Commands:")[2], re.MULTILINE)
    documents = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *PROJECT.glob("docs/*.md")]
    written = "\n".join(path.read_text(encoding="utf-8") for path in documents)
    assert commands
    for command in commands:
        assert re.search(rf"-m {package} {command}\b", written), f"{package} {command}"


def test_answering_needs_no_torch() -> None:
    """A cold question would wait ten seconds for it, and a plain install has none."""
    for package in ("ingest", "app"):
        for path in (PROJECT / package).rglob("*.py"):
            assert not imports_of(path) & {"torch", "transformers", "sentence_transformers"}, path
    code = (
        "import sys, app.desk, ingest.pipeline\n"
        "sys.exit(str({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules) or ''))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == ""


def test_without_a_model_nothing_of_one_is_loaded() -> None:
    code = (
        "import sys, app.desk\n"
        "from app.llm.chat_model import language_model\n"
        "from ingest.settings import Settings\n"
        "assert language_model(Settings()) is None\n"
        "models = {'langchain', 'langchain_openai', 'openai', 'xllamacpp'} & set(sys.modules)\n"
        "sys.exit(str(models) if models else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_without_a_database_set_nothing_of_one_is_loaded() -> None:
    """Nor of what brings older tables up to date: a question asked once waits for neither."""
    code = (
        "import sys, tempfile, app.cli, app.desk, ingest.pipeline\n"
        "assert 'sqlalchemy' not in sys.modules\n"
        "from pathlib import Path\n"
        "from app.conversations.store import ConversationStore\n"
        "ConversationStore(Path(tempfile.mkdtemp()))\n"
        "sys.exit(str({'psycopg', 'alembic'} & set(sys.modules) or ''))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == ""
