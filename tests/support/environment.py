"""A data home of its own for each test run, set before Django reads its settings (loaded by `-p`).

A home that the caller's shell names is never used: a test run must not touch a user's data.
"""

import atexit
import os
import shutil
import tempfile

os.environ["JUTONG_HOME"] = tempfile.mkdtemp(prefix="jutong-tests-")
atexit.register(shutil.rmtree, os.environ["JUTONG_HOME"], ignore_errors=True)
os.environ.pop("JUTONG_DATABASE_URL", None)
# A browser driven from this thread keeps an event loop running in it; Django's database calls beside it are meant.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
