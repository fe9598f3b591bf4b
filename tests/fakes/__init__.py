"""Stand-ins that tests put between Latchkey and the systems it talks to."""
