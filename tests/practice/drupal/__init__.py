"""The practice Drupal."""
