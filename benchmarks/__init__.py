"""What `make bench` measures: ourselves against a peer, in the same run, on both databases. Ratios, not seconds."""
