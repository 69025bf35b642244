"""The pages. Every handler calls the desk once."""
