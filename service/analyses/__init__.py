"""Analyses: questions about public figures, and the answers that HTTP and the command line share."""
