"""A small news site of our own, served on loopback: five outlets, two editions of each, and the usual faults."""
