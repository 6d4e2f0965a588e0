"""What the project does with itself: the demo, the pins, generated reference pages."""
