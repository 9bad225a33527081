"""The list of figures: functions that take the test bed and return results."""
import importlib

SUBJECTS = ("reading", "caching", "pushing", "rates", "crowd", "cold_pull")
FIGURES = {}


def figure(title):
    """Registers a function under its own name."""
    def register(function):
        FIGURES[function.__name__] = (title, function)
        return function
    return register


def load():
    for subject in SUBJECTS:
        importlib.import_module(f"figures.{subject}")
    return FIGURES
