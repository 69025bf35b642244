"""Load generator and benchmarks: standard library only, and only ever towards 127.0.0.1."""
