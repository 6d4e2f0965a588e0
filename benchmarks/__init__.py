"""Figures that a command prints, peers measured in the same run."""
