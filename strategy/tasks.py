"""Map of the product's background work: importing this registers every slice's job handlers."""
