"""Set Vectray up and see it work: `python3 packaging/quickstart.py [FOLDER] [--cuda]`. Any Python may start this file."""

import sys

import starting

if __name__ == "__main__":
    starting.stop_unless_fit()
    import first_search  # an old Python could not even read it: see starting.py

    sys.exit(first_search.main(sys.argv[1:]))
