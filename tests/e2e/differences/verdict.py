"""Whether two answers differ just as it is declared."""
import dataclasses
import fnmatch
import re

ANY = re.compile(r"")  # matches whatever is there
OF_THE_BODY = ("codes", "messages", "details", "body", "framing")


@dataclasses.dataclass(frozen=True)
class Difference:
    """What both answer to some requests: `requests` are their names, or patterns.

    berth answers each of them with all of the fields `berth`, registry:2 with all of `registry2`; a field that only one
    of the two has is not in the other's answer at all.
    """
    id: str
    requests: tuple
    berth: dict
    registry2: dict
    storages: tuple = ("filesystem", "s3")

    def is_about(self, name):
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self.requests)


@dataclasses.dataclass(frozen=True)
class Exchange:
    """A request and the fields of both answers."""
    step: object
    berth: dict
    registry2: dict

    def differing(self):
        return {field for field in self.berth | self.registry2 if self.berth.get(field) != self.registry2.get(field)}


def matches(expected, seen):
    if expected is ANY:
        return seen is not None
    if isinstance(expected, re.Pattern):
        return isinstance(seen, str) and expected.fullmatch(seen) is not None
    return expected(seen) if callable(expected) else expected == seen


def misfits(difference, exchange):
    """Lines about what is declared and not so."""
    fields = difference.berth | difference.registry2
    if exchange.step.verb == "HEAD":
        fields = {field: value for field, value in fields.items() if field not in OF_THE_BODY}
    sides = (("berth", difference.berth, exchange.berth), ("registry:2", difference.registry2, exchange.registry2))
    return [f"    {difference.id}: {field} of {side} is {seen.get(field)!r}"
            for field in fields for side, declared, seen in sides
            if not matches(declared.get(field), seen.get(field))]


def judge(exchanges, differences):
    """Lines that say what is not as declared; empty when all is."""
    lines = []
    for exchange in exchanges:
        about = [difference for difference in differences if difference.is_about(exchange.step.name)]
        wrong = [line for difference in about for line in misfits(difference, exchange)]
        declared = {field for difference in about for field in difference.berth | difference.registry2}
        wrong += [f"    undeclared: {field}: {exchange.berth.get(field)!r} | {exchange.registry2.get(field)!r}"
                  for field in sorted(exchange.differing() - declared)]
        if wrong:
            lines += [exchange.step.name, *wrong]
    return lines + [f"{difference.id}: {pattern!r} shows it no more"
                    for difference in differences for pattern in difference.requests
                    if not shows(difference, pattern, exchanges)]


def shows(difference, pattern, exchanges):
    fields = difference.berth.keys() | difference.registry2.keys()
    return any(fields & exchange.differing() for exchange in exchanges
               if fnmatch.fnmatchcase(exchange.step.name, pattern))
