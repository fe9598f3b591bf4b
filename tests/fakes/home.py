"""Gives every test process a home of its own before Django reads its settings."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="latchkey-tests-")
os.environ["LATCHKEY_HOME"] = _folder
for _name in ("LATCHKEY_DATABASE_URL", "LATCHKEY_ENCRYPTION_KEYS", "LATCHKEY_SECRET_KEY"):
    os.environ.pop(_name, None)
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
