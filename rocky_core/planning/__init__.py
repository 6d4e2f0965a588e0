"""Pure planning: a compiled project and a look at the warehouse in, the very statements of a run out."""
