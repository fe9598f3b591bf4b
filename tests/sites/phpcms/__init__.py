"""Drupal 7 and Backdrop, by the script that they share."""

import pytest

pytest.register_assert_rewrite("sites.phpcms.failures", "sites.phpcms.own")
