"""Findings about the user's files: values with a code, a place and a suggestion, never exceptions."""
