"""The application as people meet it: in a real browser, on practice systems."""
