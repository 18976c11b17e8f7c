"""Repairs that several rules share: each function gives the `fix` of a report, built when somebody asks for it."""
