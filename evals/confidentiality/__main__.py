"""The whole of the suite, which takes some minutes: `python -m evals.confidentiality`."""

import sys

from evals import suite
from evals.confidentiality.measure import run
from evals.runner import show

found = suite.load("confidentiality")
result = run(found, quiet=False, whole=True)
failures = result.failures(found, None)
show([(found, result, None)], failures, as_json=False)
sys.exit(1 if failures else 0)
