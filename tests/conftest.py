"""What holds for all tests."""

import os

from hypothesis import HealthCheck, settings

# A busy machine is no bug: how long an example takes says nothing about the law that it checks.
settings.register_profile("vectray", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("vectray")

# As in the programs: a server that ends is no news.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
