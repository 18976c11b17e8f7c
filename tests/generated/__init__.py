"""Generated training programs: what `freezelint plan` predicts is held against what the verifier measures."""
