"""What Drupal 7 and Backdrop share: a PHP script of ours, piped to `php` beside the site.

Not a kind of site by itself; the kinds build on it and do not know each other.
"""
