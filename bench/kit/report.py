"""The page, its plots and the JSON beside it."""
import json


def table(found):
    lines = ["| figure | berth | against | ratio | range in a turn | bound | met |", "| --- | ---: | ---: | ---: | ---: | ---: | --- |"]
    for result in found.values():
        for bound in result.bounds:
            least, most = result.ratio_range(bound)
            rival = result.rival(bound)
            lines.append(f"| {result.title} | {number(result.median(bound.subject))} {result.unit} | "
                         f"{f'{rival}: {number(result.median(rival))}' if rival else ''} | {number(result.ratio(bound))} | "
                         f"{number(least)} to {number(most)} | {'at least' if bound.at_least else 'at most'} "
                         f"{bound.limit:g} | {'yes' if result.is_met(bound) else 'no'} |")
    return "\n".join(lines)


def number(value):
    """Three significant digits, and no more decimals than a reader can use."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def write(folder, options, found, failed):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "performance.json").write_text(json.dumps([r.as_json() for r in found.values()], indent=1) + "\n")
