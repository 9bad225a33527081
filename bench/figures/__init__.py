"""One file per subject; each function that `@figure` names measures candidates in turn and returns results."""
