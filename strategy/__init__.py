"""The product: one living customer access strategy, cut into slices. Higher slices may import lower ones only."""
