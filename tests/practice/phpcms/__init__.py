"""The practice Drupal 7 and Backdrop, through their pipe and their pages."""
