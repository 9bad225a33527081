"""A result as an SVG: a bar for each candidate's median, and a line from its least to its greatest value."""
from xml.sax.saxutils import escape

from .text import number

WIDTH, LABELS, VALUES = 760, 220, 90
ROW, BAR, TOP = 28, 16, 34

# Without a background of its own, and with greys that can be read on white and on black.
STYLE = """text{font:13px system-ui,sans-serif;fill:#57606a}.title{font-weight:600;font-size:14px}
.berth{fill:#2f81c7}.other{fill:#8c959f}.range{stroke:#57606a;stroke-width:1.5}
@media(prefers-color-scheme:dark){text{fill:#b1bac4}.range{stroke:#d0d7de}.other{fill:#6e7681}}"""


def bar(result, name, row, scale):
    values, median = result.samples[name], result.median(name)
    y, middle = TOP + row * ROW, TOP + row * ROW + BAR / 2
    kind = "berth" if name.startswith("berth") else "other"
    least, most = (LABELS + value * scale for value in (min(values), max(values)))
    return (f'<text x="{LABELS - 8}" y="{middle + 4.5:.1f}" text-anchor="end">{escape(name)}</text>\n'
            f'<rect class="{kind}" x="{LABELS}" y="{y}" width="{max(1, median * scale):.1f}" height="{BAR}" rx="2"/>\n'
            f'<line class="range" x1="{least:.1f}" x2="{most:.1f}" y1="{middle}" y2="{middle}"/>\n'
            f'<text x="{max(most, LABELS + median * scale) + 8:.1f}" y="{middle + 4.5:.1f}">{number(median)}</text>\n')


def svg(result):
    most = max(max(values) for values in result.samples.values()) or 1
    scale = (WIDTH - LABELS - VALUES) / most
    height = TOP + ROW * len(result.samples)
    heading = f"{result.title} ({result.unit}; {'more' if result.more_is_better else 'less'} is better)"
    bars = "".join(bar(result, name, row, scale) for row, name in enumerate(result.samples))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(heading)}">\n<style>{STYLE}</style>\n'
            f'<text class="title" x="8" y="18">{escape(heading)}</text>\n{bars}</svg>\n')
