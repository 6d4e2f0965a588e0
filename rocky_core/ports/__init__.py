"""What the engine asks of the outside world: protocols, each implemented by a room further up."""
