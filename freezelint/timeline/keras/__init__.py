"""What TensorFlow and Keras do to the objects of the walk: layers, models, flags, weights, optimizers, tapes."""
