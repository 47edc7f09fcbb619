"""The words that the engine and its results share: outcomes, replies, stages, connections, kinds.

Plain integer constants, since the engine writes them millions of times; each module also gives the
names that people read. Nothing here computes.
"""
