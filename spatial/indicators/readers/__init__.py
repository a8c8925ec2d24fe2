"""Readers: the forms in which offices deliver figures, one module for each."""
