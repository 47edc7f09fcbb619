"""Time, memory and chance: the world, letters as rows, keyed draws, first-come stations, the recorder.

The kernel knows rows, not mail.
"""
