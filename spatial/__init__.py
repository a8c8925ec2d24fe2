"""Spatial work on indicators: reading, harmonising, protecting and analysing them."""
