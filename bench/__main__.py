"""`python -m bench`: the engine's rows, and the linter's."""

import sys

from bench import lint, run

run.ROWS["lint"] = lint.ENTRY

if __name__ == "__main__":
    sys.exit(run.main())
