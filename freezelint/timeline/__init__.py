"""What the program does, in order: a program's source becomes events on models, layers and variables."""
