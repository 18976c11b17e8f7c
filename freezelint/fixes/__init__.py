"""Fixes: text edits that repair findings, applied in turn, shown as a diff, written atomically."""
