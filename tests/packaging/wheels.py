"""Empty wheels for a real pip to find."""

import zipfile
from pathlib import Path


def put_torch_wheel(folder: Path, version: str) -> None:
    """A torch that requires CUDA unless its version says that it is for the processor alone."""
    about = f"torch-{version}.dist-info"
    needs = "" if version.endswith("+cpu") else "Requires-Dist: nvidia-nccl-cu13==2.29.7\n"
    with zipfile.ZipFile(folder / f"torch-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n{needs}"
        )
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
