"""Backdrop, as its recordings and the practice site speak it."""
