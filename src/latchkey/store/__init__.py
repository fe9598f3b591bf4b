"""What Latchkey remembers: the only ORM code for our data."""
