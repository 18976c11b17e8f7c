"""The detailed walk: one generation of Keras followed flag by flag, for `freezelint plan`."""
