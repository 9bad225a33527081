"""One file per subject; a function's name says what it shows."""
