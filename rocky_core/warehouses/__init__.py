"""Warehouses behind `ports/warehouse.py`, one package each; they do not know each other."""
