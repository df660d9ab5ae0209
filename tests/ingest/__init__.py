"""Tests of the edge where news comes in."""
