"""Tests of what Latchkey decides."""
