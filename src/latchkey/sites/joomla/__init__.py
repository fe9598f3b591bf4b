"""Joomla 4 and 5, by the Web Services of their core and their form for forgotten passwords."""
