"""The pure heart: no input or output, no clock, no chance."""
