"""Tests against real systems that the package registries carry."""
