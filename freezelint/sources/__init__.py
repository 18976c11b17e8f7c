"""From paths on disk to Python text with a way back: discovery, gates, and one reader per kind of file.

Nothing is imported here. A run that finds nothing to look at costs little more than starting Python, and
that holds only while `discovery` and `gate` can be imported alone.
"""
