"""The kinds of site: one suite for all of them, and what each adds."""

import pytest

# The suite's own assertions tell as much as those in a test module.
pytest.register_assert_rewrite("sites.behaviour", "sites.failures", "sites.writing")
