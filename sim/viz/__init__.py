"""Results for the eye: pictures that take results and give axes or a figure, and change no global state."""
