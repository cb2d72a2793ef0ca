"""Small charts drawn on the server: the same markup goes into the page and into the PDF.

Attributes only: a strict security policy refuses `style`, and the PDF reads no style sheet inside
a drawing. Colors stand as attributes for paper; the classes let the screen's style sheets replace
them (dark mode). Every chart has a `<title>`, which becomes its spoken name and the PDF's
alternative text, and a `<desc>`.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_INK = "#63666f"
_LINE = "#2747b8"
_GOOD = "#2b8a57"
_BAD = "#c63d33"
_RULE = "#b9b5ab"

_MARKS = {
    2: ("mark-good", f'fill="{_GOOD}" stroke="{_GOOD}"', "M0 -6.5L6.5 5H-6.5Z"),
    1: ("mark-good mark-open", f'fill="#ffffff" stroke="{_GOOD}"', "M0 -6.5L6.5 5H-6.5Z"),
    0: ("mark-even", f'fill="{_INK}" stroke="{_INK}"', "M-5 -2H5V2H-5Z"),
    -1: ("mark-bad mark-open", f'fill="#ffffff" stroke="{_BAD}"', "M0 6.5L6.5 -5H-6.5Z"),
    -2: ("mark-bad", f'fill="{_BAD}" stroke="{_BAD}"', "M0 6.5L6.5 -5H-6.5Z"),
}
"""Per emotion: classes, colors on paper, shape: up is good, down is bad, full is strong."""


def emotion_curve(
    values: Sequence[int | None],
    *,
    title: str,
    description: str,
    column: float = 160,
    height: float = 88,
    marks: bool = True,
    starts: Sequence[int] = (),
) -> SafeString:
    """Return the emotion of each step (-2 to +2, None: not stated) as a curve over equal columns.

    The curve runs through neighbors that are both stated and breaks where one is not. `column` and
    `height` are in units of the drawing; it scales evenly, so the marks keep their shape. `starts`
    are the columns at which a stage begins: a line is drawn there. Without `marks` it is a small
    line on which only the lowest points are marked.
    """
    width = column * max(len(values), 1)
    room = 14.0 if marks else 5.0
    unit = (height - 2 * room) / 4
    points = [
        None if value is None else (column * (index + 0.5), room + unit * (2 - value))
        for index, value in enumerate(values)
    ]
    drawn = [
        f'<path class="stage" fill="none" stroke="{_RULE}" stroke-width="2" '
        f'd="M{_n(column * at)} 0V{_n(height)}"/>'
        for at in starts
        if at
    ]
    drawn.append(
        f'<path class="zero" fill="none" stroke="{_RULE}" stroke-dasharray="2 4" '
        f'd="M0 {_n(height / 2)}H{_n(width)}"/>'
    )
    path = "".join(_smooth(run) for run in _runs(points) if len(run) > 1)
    if path:
        drawn.append(
            f'<path class="curve" fill="none" stroke="{_LINE}" stroke-width="2" '
            f'stroke-linejoin="round" d="{path}"/>'
        )
    known = [value for value in values if value is not None]
    for value, point in zip(values, points, strict=True):
        if value is None or point is None:
            continue
        if marks:
            classes, colors, shape = _MARKS[value]
            drawn.append(
                f'<path class="mark {classes}" {colors} stroke-width="1.75" '
                f'stroke-linejoin="round" d="{shape}" '
                f'transform="translate({_n(point[0])} {_n(point[1])})"/>'
            )
        elif value == min(known) and value < 0:
            drawn.append(
                f'<circle class="mark mark-bad" fill="{_BAD}" r="2.5" '
                f'cx="{_n(point[0])}" cy="{_n(point[1])}"/>'
            )
    classes = "emotion-curve" if marks else "emotion-curve emotion-mini"
    return mark_safe(  # noqa: S308  (numbers of ours, and two escaped texts)
        f'<svg class="{classes}" viewBox="0 0 {_n(width)} {_n(height)}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        f"<desc>{escape(description)}</desc>{''.join(drawn)}</svg>"
    )


Point = tuple[float, float]


def _runs(points: Sequence[Point | None]) -> list[list[Point]]:
    """Return the stretches of neighboring stated points."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _smooth(points: list[Point]) -> str:
    """Return a path through equally spaced points that never overshoots one of them.

    Monotone cubic interpolation after F. N. Fritsch and R. E. Carlson, SIAM J. Numer. Anal. 17
    (1980): the slope at a peak or a valley is zero, elsewhere the harmonic mean of both sides'
    slopes.
    """
    slopes = [(after[1] - before[1]) / (after[0] - before[0]) for before, after in pairwise(points)]
    tangents = [slopes[0]]
    for left, right in pairwise(slopes):
        tangents.append(2 * left * right / (left + right) if left * right > 0 else 0.0)
    tangents.append(slopes[-1])
    path = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for index, (start, end) in enumerate(pairwise(points)):
        third = (end[0] - start[0]) / 3
        path.append(
            f"C{_n(start[0] + third)} {_n(start[1] + third * tangents[index])} "
            f"{_n(end[0] - third)} {_n(end[1] - third * tangents[index + 1])} "
            f"{_n(end[0])} {_n(end[1])}"
        )
    return "".join(path)


def _n(value: float) -> str:
    """Return a number with at most one decimal, short."""
    return f"{value:.1f}".removesuffix(".0")


def line_chart(
    values: Sequence[float | None],
    *,
    labels: Sequence[str],
    targets: Sequence[float | None],
    hidden: Sequence[bool],
    show: Callable[[float], str],
    title: str,
    description: str,
    unit: str = "",
    target: str = "",
    width: float = 360,
    height: float = 168,
) -> SafeString:
    """Return figures over time as a line with a mark at each; where a value is None, the line breaks.

    `targets` is what each period should have reached: a dashed line, named above the chart by `target`. `hidden`
    periods have a figure that must not be shown: a hollow square stands at their foot. `show` writes a value at
    the axis, and beside the first and the last mark; `unit` says above the axis what is counted. The scale begins
    at the lowest and ends at the highest of values and targets; all equal, it stands in the middle.
    """
    left, right, top, bottom = 62.0, width - 6.0, 40.0, height - 40.0
    known = [one for one in (*values, *targets) if one is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    room = high - low

    def y(value: float) -> float:
        return bottom - (value - low) / room * (bottom - top) if room else (top + bottom) / 2

    span = (right - left) / max(len(values), 1)
    across = [left + span * (index + 0.5) for index in range(len(values))]
    drawn = [
        f'<path class="rule" fill="none" stroke="{_RULE}" d="M{_n(left)} {_n(bottom + 20)}H{_n(right)}"/>'
    ]
    steps = "".join(
        f"M{_n(at - span / 2)} {_n(y(target))}H{_n(at + span / 2)}"
        for at, target in zip(across, targets, strict=True)
        if target is not None
    )
    if steps:
        drawn.append(
            f'<path class="target" fill="none" stroke="{_GOOD}" stroke-width="1.5" '
            f'stroke-dasharray="5 3" d="{steps}"/>'
        )
    points = [
        None if value is None else (at, y(value)) for at, value in zip(across, values, strict=True)
    ]
    path = "".join(
        "M" + "L".join(f"{_n(x)} {_n(at)}" for x, at in run)
        for run in _runs(points)
        if len(run) > 1
    )
    if path:
        drawn.append(
            f'<path class="curve" fill="none" stroke="{_LINE}" stroke-width="2" '
            f'stroke-linejoin="round" d="{path}"/>'
        )
    drawn += [
        f'<circle class="dot" fill="{_LINE}" r="2.75" cx="{_n(x)}" cy="{_n(at)}"/>'
        for x, at in filter(None, points)
    ]
    drawn += [
        f'<rect class="hidden-mark" fill="none" stroke="{_INK}" stroke-width="1.5" '
        f'x="{_n(at - 3.5)}" y="{_n(bottom - 3.5)}" width="7" height="7"/>'
        for at, is_hidden in zip(across, hidden, strict=True)
        if is_hidden
    ]
    if known:
        drawn.append(_label(left - 6, y(high) + 4, show(high), anchor="end"))
        if room:
            drawn.append(_label(left - 6, y(low) + 4, show(low), anchor="end"))
    if unit:
        drawn.append(_label(0, 12, unit))
    if steps and target:
        sample = right - 7 * len(target) - 26
        drawn.append(
            f'<path class="target" fill="none" stroke="{_GOOD}" stroke-width="1.5" '
            f'stroke-dasharray="5 3" d="M{_n(sample)} 8h20"/>'
        )
        drawn.append(_label(sample + 26, 12, target))
    ends = [
        (point, value)
        for point, value in zip(points, values, strict=True)
        if point is not None and value is not None
    ]
    for place in sorted({0, len(ends) - 1}) if ends else ():
        (x, at), value = ends[place]
        beside = ends[1 if place == 0 else place - 1][1] if len(ends) > 1 else value
        anchor = "start" if place == 0 and len(ends) > 1 else "end"
        drawn.append(
            _label(x, at + (15 if value < beside else -7), show(value), anchor=anchor, strong=True)
        )
    if labels:
        drawn.append(_label(left, height - 6, labels[0]))
    if len(labels) > 1:
        drawn.append(_label(right, height - 6, labels[-1], anchor="end"))
    return mark_safe(  # noqa: S308  (numbers of ours, and escaped texts)
        f'<svg class="line-chart" viewBox="0 0 {_n(width)} {_n(height)}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        f"<desc>{escape(description)}</desc>{''.join(drawn)}</svg>"
    )


def _label(x: float, y: float, words: str, *, anchor: str = "start", strong: bool = False) -> str:
    weight = ' font-weight="600"' if strong else ""
    return (
        f'<text class="label" x="{_n(x)}" y="{_n(y)}" font-size="11"{weight} text-anchor="{anchor}" '
        f'fill="{_INK}">{escape(words)}</text>'
    )
