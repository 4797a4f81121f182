"""`python -m shipworthy`."""

from __future__ import annotations

import sys

from shipworthy.cli.main import main

sys.exit(main())
