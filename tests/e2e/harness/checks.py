"""Assertions that say what they saw, and bounded waits."""
import time


class Failure(Exception):
    """A scenario's expectation did not hold."""


def check(condition, what):
    if not condition:
        raise Failure(what)


def check_equal(seen, expected, what):
    if seen != expected:
        raise Failure(f"{what}:\n  expected {expected!r}\n  saw      {seen!r}")


def wait_until(holds, what, seconds=30, every=0.05):
    """Returns the first true value of `holds()`; fails after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(every)
