"""How the documentation is built: Sphinx, MyST and Furo. Pages about code are made from the code by `_ext/pages.py`."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "_ext"))

project = "glasshouse"
author = "The glasshouse authors"
project_copyright = "The glasshouse authors, Apache-2.0"
extensions = ["myst_parser", "sphinx.ext.autodoc", "pages", "odd"]
html_theme = "furo"
html_title = "glasshouse"
exclude_patterns = ["_build", "_ext", "predictions"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]
default_role = "code"
autodoc_typehints = "signature"
autodoc_use_type_comments = False
nitpicky = False
