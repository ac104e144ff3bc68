"""What other programs import to talk to the daemon. Needs nothing but the contract: no desktop, no model."""

import os

# Before gRPC is imported, which reads it then: without it, the C core tells whoever sits at the terminal of every connection that
# a daemon ends. A program that wants to know sets it itself.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
