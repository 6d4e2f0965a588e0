"""Finds and reads a project and keeps its compile cache; the only code that opens project files."""
