"""What programs export: one module a program or format, loaded with the first file of it."""
