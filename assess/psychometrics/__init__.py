"""Scoring science as pure functions: arrays in, arrays and frozen results out, persons x items."""
