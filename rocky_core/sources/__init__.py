"""Where the sources of a replication are found; one module per way of finding them."""
