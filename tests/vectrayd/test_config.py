import math
from pathlib import Path

import pytest

from vectrayd.config import read_config
from vectrayd.config.given import BadConfig
from vectrayd.transport.doors import UnsafeDoor


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home with a configuration file that sets everything."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('[daemon]\nmodel = "file"\nstreams = 3\n', "utf-8")
    return {"VECTRAY_HOME": str(tmp_path)}


def test_flag_before_environment_before_file_before_default(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """Each source is overruled by the one that is closer to the person."""
    assert read_config([], {"VECTRAY_HOME": str(tmp_path / "new")}).streams >= 1
    from_file = read_config([], environment)
    assert (from_file.model, from_file.streams) == ("file", 3)
    environment |= {"VECTRAYD_MODEL": "environment", "VECTRAYD_STREAMS": "4"}
    from_environment = read_config([], environment)
    assert (from_environment.model, from_environment.streams) == ("environment", 4)
    from_flags = read_config(["--model", "flag", "--streams", "5"], environment)
    assert (from_flags.model, from_flags.streams) == ("flag", 5)


def test_there_is_no_reranker_before_one_is_named(environment: dict[str, str]) -> None:
    """Whoever does not ask for reranking does not pay for it."""
    assert not read_config([], environment).reranker
    assert read_config(["--reranker", "bge-reranker-base"], environment).reranker == "bge-reranker-base"


@pytest.mark.parametrize("streams", ["0", "-1", "two", "1.5", "", "257", "9" * 5000])
def test_streams_are_counted(environment: dict[str, str], streams: str) -> None:
    """Only a number that a machine has threads for makes sense."""
    with pytest.raises(BadConfig, match="streams"):
        read_config([f"--streams={streams or ' '}"], environment)


@pytest.mark.parametrize(
    "content",
    [
        "[daemon]\nmodels = 3",
        "[daemon.models.m]\nenabled = 3",
        "daemon = 3",
        "[daemon",
        "[daemon]\nstreams = [1]",
        "[daemon]\nmodle = 'x'",
        b"\xff",
        "[daemon.models.x]\nkeepalive = 3",
        "[daemon]\nhttp_hosts = " + "[" * 3000 + "]" * 3000,
        "[daemon]\nreflection = 'ture'",
        "[daemon]\nmemory_budget = 0",
        "[daemon]\ntls_cert = 'a\\u0000'".replace("'", '"'),
        "[daemon.models.x]\nfolder = '~nobody-at-all/x'",
    ],
)
def test_a_damaged_file_is_a_sentence(environment: dict[str, str], content: str | bytes) -> None:
    """The file and what is wrong with it are named."""
    file = Path(environment["VECTRAY_HOME"]) / "config" / "config.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadConfig):
        read_config([], environment)


def test_doors_are_shut_unless_asked_for(environment: dict[str, str]) -> None:
    """Without a word there is the Unix socket and nothing else."""
    config = read_config([], environment)
    assert (config.listen, config.http, config.metrics, config.reflection) == (None, None, None, False)


def test_doors_are_opened_by_any_source(environment: dict[str, str], tmp_path: Path) -> None:
    """Addresses, lists and switches are read from flags, from the environment and from the file."""
    file = tmp_path / "config" / "config.toml"
    file.write_text(
        '[daemon]\nhttp = "127.0.0.1:1"\nhttp_hosts = ["a.example", "B.example"]\nreflection = true\n',
        "utf-8",
    )
    environment |= {"VECTRAYD_METRICS": "[::1]:2", "VECTRAYD_HTTP_ORIGINS": "app://x, app://y"}
    config = read_config(["--listen=localhost:3", "--http-token-file=t"], environment)
    assert config.listen is not None
    assert config.http is not None
    assert (str(config.listen.address), str(config.metrics)) == ("127.0.0.1:3", "[::1]:2")
    assert config.listen.token_file == config.places.daemon_token
    assert config.http.door.token_file == Path("t").absolute()
    assert config.http.hosts == {"a.example", "b.example"}
    assert config.http.origins == {"app://x", "app://y"}
    assert config.reflection


@pytest.mark.parametrize(
    "flag", ["--listen=0.0.0.0:1", "--http=[::]:1", "--metrics=10.0.0.1:1", "--tls-cert=c", "--tls-key=k"]
)
def test_what_lets_strangers_in_is_refused(environment: dict[str, str], flag: str) -> None:
    """Beyond this machine it takes TLS, and half of TLS is none."""
    with pytest.raises(UnsafeDoor):
        read_config([flag], environment)


@pytest.mark.parametrize(
    "flag", ["--listen=1", "--log-level=loud", "--log-format=xml", "--http=x", "--listen=::1:" + "9" * 5000]
)
def test_what_nobody_understands_is_a_sentence(environment: dict[str, str], flag: str) -> None:
    """The flag is named."""
    with pytest.raises(BadConfig, match=flag.partition("=")[0]):
        read_config([flag], environment)


@pytest.mark.parametrize("name", ["VECTRAY_HOME", "HF_HOME", "VECTRAYD_TOKEN_FILE"])
def test_a_home_that_nobody_has_is_a_sentence(environment: dict[str, str], name: str) -> None:
    """Wherever a path may be named, one that begins with an unknown user is refused by name."""
    with pytest.raises(BadConfig, match="~nobody-at-all"):
        read_config([], environment | {name: "~nobody-at-all/x"})


def test_keep_alive_and_memory_are_chosen_for_all_and_for_one(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """The file may give one model a time of its own; the flag is for all the others."""
    file = tmp_path / "config" / "config.toml"
    file.write_text(
        '[daemon]\nkeep_alive = "1h"\nmemory_budget = "3GB"\n[daemon.models."a-model"]\nkeep_alive = "always"\n',
        "utf-8",
    )
    config = read_config(["--keep-alive", "0"], environment)
    assert config.keep_alive.seconds_left("another", idle_seconds=60) == 0
    assert config.keep_alive.seconds_left("a-model", idle_seconds=1e9) == math.inf
    assert config.memory_budget_bytes == 3_000_000_000
    assert read_config([], environment).keep_alive.default_seconds == 3600
    assert read_config(["--memory-budget", "1 MB"], environment).memory_budget_bytes == 1_000_000


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--keep-alive", "soon"], "keep-alive time is wrong: 'soon'"),
        (["--memory-budget", "101%"], "memory budget is wrong: '101%'"),
        (["--memory-budget", "0"], "memory budget is wrong: '0'"),
        (["--memory-budget", "9" * 400], "memory budget is wrong: '999"),
    ],
)
def test_spans_and_amounts_are_understood_or_refused(
    environment: dict[str, str], flags: list[str], words: str
) -> None:
    """What cannot be understood is a sentence with the words in question."""
    with pytest.raises(BadConfig, match=words):
        read_config(flags, environment)


def test_models_and_their_hub(environment: dict[str, str], tmp_path: Path) -> None:
    """What is said of models reaches them; the variables of the hub's own library are honoured; a key is not shown."""
    file = tmp_path / "config" / "config.toml"
    file.write_text(
        '[daemon]\nhub = "https://mirror.example.org"\n[daemon.models."BAAI/bge-m3"]\nfolder = "/there"\n',
        "utf-8",
    )
    config = read_config([], environment | {"OPENAI_API_KEY": "sk-secret", "HF_TOKEN": "hf-secret"})
    assert config.models["BAAI/bge-m3"].folder == Path("/there")
    assert (config.hub.endpoint, config.hub.token) == ("https://mirror.example.org", "hf-secret")
    assert config.provider_key == "sk-secret"
    assert "secret" not in repr(config)
    told = environment | {"HF_ENDPOINT": "https://other.example.org", "HF_HOME": str(tmp_path / "hf")}
    assert read_config([], told).hub.endpoint == "https://other.example.org"
    assert read_config([], told).hub.cache == tmp_path / "hf" / "hub"
    assert read_config([], told | {"HF_HUB_CACHE": "/cache"}).hub.cache == Path("/cache")


def test_half_precision_can_be_forbidden(environment: dict[str, str]) -> None:
    """It is allowed unless somebody says float32; other words are refused with those that there are."""
    assert not read_config([], environment).is_exact
    assert read_config(["--precision", "float32"], environment).is_exact
    with pytest.raises(BadConfig, match="auto, float32"):
        read_config(["--precision", "float8"], environment)
