"""`vectray` and `python -m vectray_client`."""

import sys


def main() -> int:
    """Run the command that the arguments name; return the exit status: 0 for success, 1 for nothing found, 2 for an error."""
    try:
        from vectray_client.cli.main import run  # noqa: PLC0415 - a missing extra deserves a sentence, not a traceback
    except ModuleNotFoundError as error:
        sys.stderr.write(f"vectray: {error.name} is not installed: pip install 'vectray[desktop]'.\n")
        return 2
    return run()


if __name__ == "__main__":
    sys.exit(main())
