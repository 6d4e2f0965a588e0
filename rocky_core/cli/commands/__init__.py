"""One command per file: parse the arguments, call the facade, print the answer."""
