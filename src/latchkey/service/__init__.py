"""What Latchkey does: read, decide, act, record."""
