"""Drupal 7, by the script that it shares with its relative."""
