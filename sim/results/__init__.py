"""What a run left behind: tables, journeys, delays, statistics, audit. Pure functions, no SimPy."""
