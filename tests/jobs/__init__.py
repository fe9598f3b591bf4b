"""Tests of carrying work."""
