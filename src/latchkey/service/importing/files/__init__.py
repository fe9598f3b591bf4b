"""CSV and Excel files as records of text, one at a time, whatever wrote them."""
