"""Carrying work: knows nothing about accounts."""
