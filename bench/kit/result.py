"""What a figure found: samples of each candidate, and the bounds that are put on their ratios."""
import dataclasses
import statistics


@dataclasses.dataclass
class Bound:
    """median(subject) / median(best of `against`) must be at least, or at most, `limit`; with an empty `against` the
    median itself must be."""
    subject: str
    against: tuple
    limit: float
    at_least: bool


@dataclasses.dataclass
class Result:
    """`samples` maps a candidate to its values, in the order they were taken."""
    name: str
    title: str
    unit: str
    more_is_better: bool = True
    samples: dict = dataclasses.field(default_factory=dict)
    bounds: list = dataclasses.field(default_factory=list)
    note: str = ""

    def add(self, candidate, value):
        self.samples.setdefault(candidate, []).append(value)

    def median(self, candidate):
        return statistics.median(self.samples[candidate])

    def at_least(self, limit, subject, *against):
        self.bounds.append(Bound(subject, against, limit, True))
        return self

    def at_most(self, limit, subject, *against):
        self.bounds.append(Bound(subject, against, limit, False))
        return self

    def rival(self, bound):
        """The candidate that counts: the best of those the bound names; None when it names none."""
        return (max if self.more_is_better else min)(bound.against, key=self.median, default=None)

    def ratio(self, bound):
        rival = self.rival(bound)
        return self.median(bound.subject) / (self.median(rival) if rival else 1)

    def ratio_range(self, bound):
        """The least and the greatest ratio within one turn, both taken within seconds of each other."""
        rival, ours = self.rival(bound), self.samples[bound.subject]
        ratios = [mine / its for mine, its in zip(ours, self.samples[rival] if rival else [1] * len(ours)) if its]
        return min(ratios), max(ratios)

    def is_met(self, bound):
        ratio = self.ratio(bound)
        return ratio >= bound.limit if bound.at_least else ratio <= bound.limit

    @classmethod
    def from_json(cls, kept):
        result = cls(kept["name"], kept["title"], kept["unit"], kept["better"] == "more", kept["samples"],
                     note=kept["note"])
        for bound in kept["bounds"]:
            side = "at_least" if "at_least" in bound else "at_most"
            getattr(result, side)(bound[side], bound["subject"], *bound["rivals"])
        return result

    def as_json(self):
        return {"name": self.name, "title": self.title, "unit": self.unit,
                "better": "more" if self.more_is_better else "less", "note": self.note,
                "samples": {name: [round(value, 4) for value in values] for name, values in self.samples.items()},
                "medians": {name: round(self.median(name), 4) for name in self.samples},
                "bounds": [{"subject": bound.subject, "rivals": list(bound.against), "against": self.rival(bound),
                            "at_least" if bound.at_least else "at_most": bound.limit,
                            "ratio": round(self.ratio(bound), 4), "met": self.is_met(bound)} for bound in self.bounds]}


def in_turn(runs, candidates, measure, say):
    """Calls measure(name, candidate) for each candidate, A B C C B A A B C ..., so that none always comes after the same
    one, and says what came of it."""
    for run in range(1, runs + 1):
        for name, candidate in list(candidates.items())[::1 if run % 2 else -1]:
            said = measure(name, candidate)
            say(f"  {run}/{runs} {name}: {said}")
