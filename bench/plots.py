"""Plots by gnuplot."""

import os
import shutil
import subprocess

import bars

STYLE = """
set terminal svg size 900,560 font "sans-serif,13" background rgb "white" noenhanced
set key outside right top spacing 1.2
set grid lc rgb "#dddddd"
set border 3
set tics nomirror
set style line 1 lw 3 pt 7 ps 0.8
"""

FMMQ_COLORS = ("#d62728", "#ff7f0e", "#e377c2", "#bcbd22")
YARDSTICK_COLORS = ("#000000", "#777777", "#bbbbbb")
OTHER_COLORS = ("#1f77b4", "#2ca02c", "#9467bd", "#8c564b", "#17becf", "#393b79", "#8ca252",
                "#843c39", "#5254a3")


def run(directory, name, script):
    path = os.path.join(directory, name + ".svg")
    script = f'{STYLE}\nset output "{path}"\n{script}'
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def series(medians, row, figure):
    """{subject: [(x, value)]}, in the order of measuring."""
    found = {}
    for (a_row, x, subject, a_figure), value in medians.items():
        if a_row == row and a_figure == figure:
            found.setdefault(subject, []).append((x, value))
    return {subject: sorted(points) for subject, points in found.items()}


def lines(found, scale):
    """Data blocks and the plot command."""
    data, plots, ours, yardsticks, others = [], [], 0, 0, 0
    for i, (subject, points) in enumerate(found.items()):
        rows = "\n".join(f"{x} {value * scale:g}" for x, value in points)
        data.append(f"$data{i} << END\n{rows}\nEND")
        if subject.startswith(("fmmq", "live", "idle")):
            color, width = FMMQ_COLORS[ours % len(FMMQ_COLORS)], 3
            ours += 1
        elif subject.startswith("yardstick"):
            color, width = YARDSTICK_COLORS[yardsticks % len(YARDSTICK_COLORS)], 1.5
            yardsticks += 1
        else:
            color, width = OTHER_COLORS[others % len(OTHER_COLORS)], 1.5
            others += 1
        dash = 2 if subject.startswith("yardstick") else 1
        plots.append(f'$data{i} with linespoints lw {width} dt {dash} lc rgb "{color}" pt 7 ps 0.6 '
                     f'title "{subject}"')
    return "\n".join(data) + "\nplot " + ", ".join(plots) + "\n"


def draw_against_size(directory, medians):
    found = series(medians, "one to one", bars.RATE)
    for subject in bars.FIXED:
        found.pop(subject, None)
    if not found:
        return
    found = {subject: [(x, x * value) for x, value in points] for subject, points in found.items()}
    ticks = ", ".join(f'"{bars.bytes_name(size)}" {size}' for size in bars.SIZES)
    run(directory, "throughput", f"""
set title "One producer, one member, two processors"
set logscale xy
set yrange [0.005:40]
set xtics ({ticks})
set xlabel "bytes a message"
set ylabel "gigabytes a second"
""" + lines(found, 1e-9))


def draw_latency(directory, medians):
    percentiles = (("p50 ns", 1), ("p99 ns", 2), ("p99.9 ns", 3), ("max ns", 4))
    found = {}
    for figure, x in percentiles:
        for subject, points in series(medians, "there and back", figure).items():
            found.setdefault(subject, []).append((x, points[0][1]))
    if not found:
        return
    run(directory, "latency", """
set title "64 bytes there and back"
set logscale y
set xrange [0.8:4.2]
set xtics ("50 %%" 1, "99 %%" 2, "99.9 %%" 3, "all" 4)
set xlabel "round trips that take no longer"
set ylabel "microseconds"
""" + lines(found, 1e-3))


def draw_against_count(directory, medians, name, row, title, label):
    found = series(medians, row, bars.RATE)
    if not found:
        return
    run(directory, name, f"""
set title "{title}"
set logscale y
set xrange [0.8:4.2]
set xtics (1, 2, 4)
set xlabel "{label}"
set ylabel "million messages of 64 bytes a second"
""" + lines(found, 1e-6))


def draw(directory, medians):
    if shutil.which("gnuplot") is None:
        print("gnuplot is not installed: no plots")
        return
    draw_against_size(directory, medians)
    draw_latency(directory, medians)
    draw_against_count(directory, medians, "producers", "several to one, together",
                       "Several producers, one member", "producers on one processor")
    draw_against_count(directory, medians, "readers", "one to several",
                       "One producer, several groups that each get everything",
                       "groups on one processor")
