"""Lets the truth test import the modules that lie beside it; tests are no package."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
