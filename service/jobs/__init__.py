"""Analyses that take longer than a client should wait: queued, spread over processes, watched and cancelled."""
