"""What the numbers in the documents come from: `make bench` and `make soak`."""
