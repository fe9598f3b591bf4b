"""Backdrop, by the script that it shares with its relative."""
