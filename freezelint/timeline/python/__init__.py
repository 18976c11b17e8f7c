"""What Python does: statements, expressions, calls of the program's own code, and what nobody can follow."""
