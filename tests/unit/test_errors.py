"""What commands refuse before they begin: places where nothing could be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from visualiser.commands.errors import USAGE, CommandError, check_place


def test_a_folder_that_may_not_be_entered_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.stat

    def stat(path: Path, **options: bool) -> object:
        if path.name == "locked.ilv":  # whoever runs the tests may enter any folder
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, **options)

    monkeypatch.setattr(Path, "stat", stat)
    with pytest.raises(CommandError, match="lies in a folder that may not be entered") as caught:
        check_place(tmp_path / "locked.ilv", [".ilv"])
    assert caught.value.code == USAGE


def test_what_is_not_there_or_is_a_folder_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "folder.ilv").mkdir()
    with pytest.raises(CommandError, match="is a folder"):
        check_place(tmp_path / "folder.ilv", [".ilv"])
    with pytest.raises(CommandError, match="does not exist"):
        check_place(tmp_path / "none" / "a.ilv", [".ilv"])
    check_place(tmp_path / "a.ilv", [".ilv"])
