"""Frozen data that every floor above speaks; nothing here does anything to the world."""
