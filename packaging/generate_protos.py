"""Write the Python code of the contract beside its protos: `.venv/bin/python packaging/generate_protos.py`."""

import sysconfig
import tempfile
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path

from grpc_tools import protoc

PROTOS = Path(__file__).resolve().parent.parent / "protos"
_GENERATED = ("*_pb2.py", "*_pb2.pyi", "*_pb2_grpc.py", "*_pb2_grpc.pyi")


def generate(out: Path) -> None:
    """Write the code of every proto below `out`, which must exist, at its place below `protos`.

    The typed stubs serve both kinds of channel: `Stub(grpc.Channel)` is synchronous, `Stub(grpc.aio.Channel)` is not.

    Raises:
        RuntimeError: protoc refused a proto; it has said why on stderr.

    """
    scripts = Path(sysconfig.get_path("scripts"))
    suffix = sysconfig.get_config_var("EXE") or ""
    with as_file(files("grpc_tools") / "_proto") as well_known:
        arguments = [
            "protoc",
            f"--proto_path={PROTOS}",
            f"--proto_path={well_known}",
            *(
                f"--plugin={name}={scripts / name}{suffix}"
                for name in ("protoc-gen-mypy", "protoc-gen-mypy_grpc")
            ),
            *(f"--{kind}_out={out}" for kind in ("python", "grpc_python", "mypy", "mypy_grpc")),
            *(path.relative_to(PROTOS).as_posix() for path in sorted(PROTOS.rglob("*.proto"))),
        ]
        if protoc.main(arguments):
            raise RuntimeError("protoc refused a proto")


def generated_files(root: Path) -> Mapping[str, str]:
    """The text of every generated file below `root`, by its path relative to `root`."""
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for pattern in _GENERATED
        for path in root.rglob(pattern)
    }


def main() -> None:
    """Replace the generated code; what belonged to a proto that is gone goes too."""
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        fresh = generated_files(Path(folder))
    for stale in generated_files(PROTOS).keys() - fresh.keys():
        (PROTOS / stale).unlink()
    for name, text in fresh.items():
        (PROTOS / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
