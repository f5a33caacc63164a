"""`python -m bench`: the engine's rows, the linter's, and the epidemic beside other libraries."""

import sys

from bench import lint, run
from bench.sir import row

run.ROWS["lint"] = lint.ENTRY
run.ROWS["sir"] = row.ENTRY

if __name__ == "__main__":
    sys.exit(run.main())
