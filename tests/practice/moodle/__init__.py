"""The practice Moodle."""
