"""The engine's memory between runs, behind `ports/state_store.py`."""
