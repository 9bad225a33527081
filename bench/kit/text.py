"""Numbers and tables as a reader wants them."""


def number(value):
    """Three significant digits, and no more decimals than a reader can use."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def markdown(heads, rows):
    """A table; a head that begins with ">" is a column of numbers."""
    line = "| " + " | ".join(head.lstrip(">") for head in heads) + " |"
    rule = "| " + " | ".join("---:" if head.startswith(">") else "---" for head in heads) + " |"
    return "\n".join([line, rule, *("| " + " | ".join(row) + " |" for row in rows)])


def bounds(results):
    """Each bound with what was found: the table that says whether it holds."""
    rows = []
    for result in results:
        for bound in result.bounds:
            rival = result.rival(bound)
            least, most = result.ratio_range(bound)
            rows.append([
                result.title, f"{number(result.median(bound.subject))} {result.unit}",
                f"{rival}: {number(result.median(rival))}" if rival else "",
                f"{'≥' if bound.at_least else '≤'} {number(bound.limit)}",
                f"**{number(result.ratio(bound))}** ({number(least)} to {number(most)})" if rival else "",
                "yes" if result.is_met(bound) else "no"])
    return markdown(["figure", ">berth", "against", ">bound", ">ratio", "met"], rows)


def samples(result):
    """Each candidate's median, least and greatest value, and how many there are."""
    return markdown(["", f">{result.unit}", ">least", ">greatest", ">samples"],
                    [[name, number(result.median(name)), number(min(values)), number(max(values)), str(len(values))]
                     for name, values in result.samples.items()])
