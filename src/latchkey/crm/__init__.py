"""Where contacts come from, and what is written back about them."""
