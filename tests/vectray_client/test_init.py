import subprocess
import sys

import vectray_client


def test_every_exported_name_is_there() -> None:
    """Names are looked up when they are asked for; none is misspelt, none forgotten."""
    assert [name for name in vectray_client.__all__ if not hasattr(vectray_client, name)] == []
    assert set(vectray_client._HOMES) == set(vectray_client.__all__)
    assert not hasattr(vectray_client, "connnect")


def test_the_package_alone_loads_nothing() -> None:
    """Every process of the client imports it, and most have no use for gRPC."""
    code = "import sys, vectray_client; print('grpc' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "False False\n"
