"""`python -m autograder.assignment` generates what students receive; `--check` only says what is out of step."""

import sys

from .stubs import main

sys.exit(main())
