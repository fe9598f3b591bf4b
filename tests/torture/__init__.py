"""Work that is killed at every step and at random moments, on every carrier."""
