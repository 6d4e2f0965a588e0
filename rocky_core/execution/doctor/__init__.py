"""`rocky doctor`: looks at everything a run needs, and says of each thing whether it is well."""
