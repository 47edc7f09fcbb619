"""The scorecard: the model held against recordings of a real Postfix, published figures and queueing theory.

Nothing here feeds back into the engine. A miss stays a miss: bounds are set before a run and shown with it.
"""
