"""Run every check of the project: `python3 packaging/check.py [--fast]`. Any Python may start this file."""

import sys

import starting

if __name__ == "__main__":
    starting.stop_unless_fit()
    import checks  # an old Python could not even read it: see starting.py

    sys.exit(checks.main(sys.argv[1:]))
