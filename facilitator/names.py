"""The product's name, in one place."""

PRODUCT = "Steentje"
