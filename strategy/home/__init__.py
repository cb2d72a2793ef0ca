"""The front door: pages that read every slice below and own no table."""
