"""Tests of the core: messages, settings, bus, worker, supervision, command line and replay."""
