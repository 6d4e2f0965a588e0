"""The projects that `init` and `playground` write, as they are written."""
