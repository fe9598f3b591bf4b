"""Drupal, as its recordings and the practice Drupal speak it."""
