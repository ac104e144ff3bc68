"""What holds for all tests."""

import getpass
import os
import signal
import tempfile

from hypothesis import HealthCheck, settings

# A busy machine is no bug: how long an example takes says nothing about the law that it checks.
settings.register_profile("vectray", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("vectray")

# As in the programs: a server that ends is no news.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")

# A program that a test starts by mistake finds nobody's own documents, and no daemon of theirs.
os.environ["VECTRAY_HOME"] = os.path.join(tempfile.gettempdir(), f"vectray-tests-of-{getpass.getuser()}")  # noqa: PTH118 - a string either way

# A shell starts what is to run behind it deaf to Ctrl-C, and whatever that starts as well; some tests press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
