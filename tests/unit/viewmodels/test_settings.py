"""What is remembered between two starts, through the file on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from visualiser.settings import WINDOW_VERSION, Settings, SettingsFile


@pytest.mark.parametrize("recent", [(), ("/a/one.py",), ("/a/one.py", "/b/two.ilv", "/c, d/three.py")])
def test_what_was_saved_is_read_again_by_a_new_start(tmp_path: Path, recent: tuple[str, ...]) -> None:
    saved = Settings(
        "dark", True, recent, "/a", "/usr/bin/python3", "lost-update", False, True, False, "QQ==", ("x", "y")
    )
    SettingsFile(tmp_path / "s.ini").save(saved)
    assert SettingsFile(tmp_path / "s.ini").load() == saved


def test_a_first_start_has_the_defaults(tmp_path: Path) -> None:
    assert SettingsFile(tmp_path / "none.ini").load() == Settings()


def test_a_file_full_of_nonsense_gives_defaults_field_by_field(tmp_path: Path) -> None:
    path = tmp_path / "s.ini"
    path.write_text("[General]\ntheme=purple\npresenter=maybe\nfolder=/kept\nwindow_version=soon\n\x00garbage[[[\n")
    loaded = SettingsFile(path).load()
    assert (loaded.theme, loaded.folder) == ("system", "/kept")


def test_the_geometry_of_another_version_of_the_window_is_forgotten(tmp_path: Path) -> None:
    SettingsFile(tmp_path / "s.ini").save(Settings(window="QQ==", splitters=("x",), window_version=WINDOW_VERSION + 1))
    loaded = SettingsFile(tmp_path / "s.ini").load()
    assert (loaded.window, loaded.splitters, loaded.window_version) == ("", (), WINDOW_VERSION)


def test_ten_recent_files_are_kept_the_newest_first_and_each_once() -> None:
    settings = Settings()
    for number in range(12):
        settings = settings.with_recent(f"/{number}.py")
    settings = settings.with_recent("/5.py")
    assert settings.recent[:2] == ("/5.py", "/11.py")
    assert len(settings.recent) == len(set(settings.recent)) == 10
