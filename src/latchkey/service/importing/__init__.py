"""Accounts from a file: uploaded, its columns named, previewed, carried out, undone."""
