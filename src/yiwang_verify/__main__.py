"""`python -m yiwang_verify`."""

import sys

from yiwang_verify.command import main

sys.exit(main())
