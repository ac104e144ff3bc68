from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.config import BadConfig, Config, read_config


def config_of(home: Path, text: str | bytes) -> Config:
    """The settings of a user with this `config.toml`."""
    file = home / "config" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_config({"VECTRAY_HOME": str(home)})


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    """Nothing has to be configured; the usual rules hold and Vectray's own folders are left out."""
    config = read_config({"VECTRAY_HOME": str(tmp_path)})
    assert config.model == ""
    assert config.scope.rules.ignores("node_modules/", "node_modules")
    assert not config.scope.rules.ignores("a.md", "a.md")
    assert config.scope.own == {str(tmp_path / name) for name in ("config", "data", "run")}


def test_own_folders_are_known_behind_their_links(tmp_path: Path) -> None:
    """The scan meets real paths."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    config = read_config({"VECTRAY_HOME": str(tmp_path / "link")})
    assert str(tmp_path / "real" / "data") in config.scope.own


def test_settings_are_taken_over(tmp_path: Path) -> None:
    """The model and the rules are the person's; the daemon's table is the daemon's business."""
    config = config_of(
        tmp_path, '[client]\nmodel = "m"\nignore = ["drafts/"]\n[daemon]\nstreams = 2\nnew = true\n'
    )
    assert config.model == "m"
    assert config.scope.rules.ignores("drafts/", "drafts")
    assert config.scope.rules.ignores("node_modules/", "node_modules")


@pytest.mark.parametrize("value", ['"less {path}"', '["less {path}"]'])
def test_one_template_may_stand_by_itself(tmp_path: Path, value: str) -> None:
    """Most people have one editor."""
    assert config_of(tmp_path, f"[client]\nopen_with = {value}").open_with == ("less {path}",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("client = 3", "[client]"),
        ("[client]\nmodel = 3", "`model`"),
        ('[client]\nignore = "x"', "`ignore`"),
        ("[client]\nignore = [3]", "`ignore`"),
        ("[client]\ngitignore = 1", "`gitignore`"),
        ("[client]\nopen_with = 1", "`open_with`"),
        ("[client]\nopen_with = [1]", "`open_with`"),
        ('[client]\nopen_with = "code"', "{path}"),
        ('[client]\nopen_with = ["less {path}", "code {path} {row}"]', "{row}"),
        ('[client]\nignore = ["ok", "!"]', "'!'"),
        ('[client]\nmodle = "m"', "'modle'"),
        ('[clients]\nmodel = "m"', "'clients'"),
        ("[client", "cannot be read"),
        (b"\xff", "cannot be read"),
    ],
)
def test_what_cannot_be_understood_is_named(tmp_path: Path, text: str | bytes, words: str) -> None:
    """One sentence says what is wrong and in which file."""
    with pytest.raises(BadConfig) as error:
        config_of(tmp_path, text)
    assert words in str(error.value)
    assert str(tmp_path / "config" / "config.toml") in str(error.value)


@given(line=st.text("!/*[]\\# ab-", max_size=6))
def test_any_rule_is_taken_or_refused(tmp_path_factory: pytest.TempPathFactory, line: str) -> None:
    """No line of `ignore` ends in anything but a setting or a sentence."""
    quoted = line.replace("\\", "\\\\")
    try:
        config_of(tmp_path_factory.mktemp("home"), f'[client]\nignore = ["{quoted}"]')
    except BadConfig as error:
        assert repr(line) in str(error)  # noqa: PT017 - both ends are right
