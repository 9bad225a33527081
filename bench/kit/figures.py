"""The list of figures: functions that take the test bed and return results."""
import importlib
import pathlib

FIGURES = {}


def figure(title):
    """Registers a function under its own name."""
    def register(function):
        FIGURES[function.__name__] = (title, function)
        return function
    return register


def load():
    for file in sorted((pathlib.Path(__file__).parent.parent / "figures").glob("[0-9a-z]*.py")):
        importlib.import_module(f"figures.{file.stem}")
    return FIGURES
