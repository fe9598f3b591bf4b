"""Moodle, as its recordings and the practice Moodle speak it."""
