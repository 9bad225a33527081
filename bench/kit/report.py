"""The page, its plots, and the JSON beside it."""
import json
import pathlib
import string

from . import plot, text
from .result import Result

TEMPLATE = pathlib.Path(__file__).parent.parent / "page.md"


def earlier(folder):
    """The results that an earlier run left in the folder."""
    try:
        kept = json.loads((folder / "performance.json").read_text())["results"]
    except FileNotFoundError:
        return []
    return [Result.from_json(each) for each in kept]


def write(folder, about, results, failed):
    """`failed` maps a figure's name to why it has no result."""
    plots = folder / "performance"
    plots.mkdir(parents=True, exist_ok=True)
    for old in plots.glob("*.svg"):
        old.unlink()
    for result in results:
        (plots / f"{result.name}.svg").write_text(plot.svg(result))
    (folder / "performance.json").write_text(json.dumps(
        {"about": about, "failed": failed, "results": [result.as_json() for result in results]}, indent=1) + "\n")
    (folder / "performance.md").write_text(page(about, results, failed))


def page(about, results, failed):
    template = string.Template(TEMPLATE.read_text())
    return template.substitute(
        machine=text.markdown(["", ""], [[name, value] for name, value in about.items()]),
        bounds=text.bounds(results),
        failed="".join(f"\nNot measured, because it failed: `{name}`: {why}\n" for name, why in failed.items()),
        figures="\n\n".join(section(result) for result in results))


def section(result):
    parts = [f"### {result.title}", f"![{result.title}](performance/{result.name}.svg)", text.samples(result)]
    return "\n\n".join(parts + ([result.note] if result.note else []))
