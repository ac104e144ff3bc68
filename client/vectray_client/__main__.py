"""`vectray` and `python -m vectray_client`."""

import os
import sys


def main() -> int:
    """Run the command that the arguments name; return the exit status: 0 for success, 1 for nothing found, 2 for an error."""
    # Read when gRPC is imported, which would tell the person of every connection that a daemon ends.
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    try:
        from vectray_client.cli.main import run  # noqa: PLC0415 - a missing extra deserves a sentence, not a traceback
    except ModuleNotFoundError as error:
        print(f"vectray: {error.name} is not installed: pip install 'vectray[desktop]'.", file=sys.stderr)  # noqa: T201 - see above
        return 2
    except KeyboardInterrupt:
        print("vectray: stopped", file=sys.stderr)  # noqa: T201 - what says it better may not be imported yet
        return 130
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
