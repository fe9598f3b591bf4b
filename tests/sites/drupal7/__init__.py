"""Drupal 7, as its recordings and the practice site speak it."""
