"""Connections and rules as a TOML file: read, checked as a whole, compared, stored, written."""
