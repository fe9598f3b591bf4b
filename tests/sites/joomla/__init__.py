"""Joomla, as its recordings and the practice Joomla speak it."""
