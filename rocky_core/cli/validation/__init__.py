"""The checks of `rocky validate`: what can be said of a project offline, without compiling it."""
