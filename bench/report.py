#!/usr/bin/python3
"""Makes a table of ratios, report.json and plots of what process_to_process measured.

usage: bench/report.py [--check | --record] DIRECTORY
       bench/report.py --peers

DIRECTORY holds measurements.csv; everything else goes there, too. --check and --record are those of
tools/bench. --peers prints each peer that has to be installed, and its packages.
"""

import collections
import csv
import json
import os
import platform
import statistics
import subprocess
import sys

import bars
import plots

HERE = os.path.dirname(os.path.abspath(__file__))
BASELINE = os.path.join(HERE, "baseline.json")
WORSE = 1.25


def read_measurements(directory):
    """{(row, x, subject, figure): [values]}"""
    values = collections.defaultdict(list)
    with open(os.path.join(directory, "measurements.csv"), encoding="utf-8") as file:
        for line in csv.DictReader(file):
            key = (line["row"], int(line["x"]), line["subject"], line["figure"])
            values[key].append(float(line["value"]))
    return values


def ratio_of(bar, medians):
    """The ratio, or None when something was not measured."""
    others = [medians[key] for key in bar.against if key in medians]
    if bar.figure not in medians or not others:
        return None
    return medians[bar.figure] / (max(others) if bar.at_least else min(others))


def judge(bar, ratio):
    if ratio is None:
        return "missing"
    if bar.at_least:
        return "holds" if ratio >= bar.at_least else "BELOW"
    return "holds" if ratio <= bar.at_most else "ABOVE"


def print_ratios(ratios):
    print(f"{'ratio':74} {'is':>7}  {'has to be':>10}")
    for bar in bars.BARS:
        ratio = ratios[bar.name]
        bound = f">= {bar.at_least:g}" if bar.at_least else f"<= {bar.at_most:g}"
        shown = "-" if ratio is None else f"{ratio:.2f}"
        print(f"{bar.name:74} {shown:>7}  {bound:>10}  {judge(bar, ratio)}")


def print_void_peers(medians):
    for (row, x), millions in bars.PEERS.items():
        reached = [medians[key] / 1e6 for subject in bars.CK
                   if (key := (row, x, subject, bars.RATE)) in medians]
        if reached and max(reached) < 0.8 * millions:
            print(f"VOID: {row}, {x}: ck_ring reaches {max(reached):.1f} M/s, known are {millions}")


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def describe_machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return {"processors": models, "kernel": platform.release(),
            "commit": output_of("git", "-C", HERE, "describe", "--always", "--dirty"),
            "compiler": "gcc " + output_of("gcc", "-dumpfullversion")}


def write_report(directory, values, ratios):
    report = {
        "machine": describe_machine(),
        "ratios": ratios,
        "cases": [
            {"row": row, "x": x, "subject": subject, "figure": figure,
             "median": statistics.median(several), "best": max(several) if figure == bars.RATE
             else min(several), "count": len(several)}
            for (row, x, subject, figure), several in sorted(values.items())
        ],
    }
    with open(os.path.join(directory, "report.json"), "w", encoding="utf-8") as file:
        json.dump(report, file, indent=1)


def check(ratios):
    """False when a ratio is much worse than what was recorded."""
    with open(BASELINE, encoding="utf-8") as file:
        recorded = json.load(file)["ratios"]
    good = True
    for bar in bars.BARS:
        before, now = recorded.get(bar.name), ratios[bar.name]
        if before is None or now is None:
            continue
        if bar.at_least:  # how far a peer that breaks down is behind means nothing
            before, now = (min(ratio, 4 * bar.at_least) for ratio in (before, now))
        if now * WORSE < before if bar.at_least else now > before * WORSE:
            print(f"WORSE: {bar.name}: {now:.2f}, recorded {before:.2f}")
            good = False
    return good


def print_peers():
    scope = {}
    with open(os.path.join(HERE, "peers.bzl"), encoding="utf-8") as file:
        text = file.read()
    exec(text[:text.index("\ndef ")], scope)  # pylint: disable=exec-used
    for peer, needs in scope["PEERS"].items():
        print(peer, *needs["packages"])


def main(arguments):
    if arguments == ["--peers"]:
        print_peers()
        return 0
    if not arguments or arguments[-1].startswith("-"):
        print(__doc__)
        return 2
    directory = arguments[-1]
    values = read_measurements(directory)
    medians = {key: statistics.median(several) for key, several in values.items()}
    ratios = {bar.name: ratio_of(bar, medians) for bar in bars.BARS}
    print_ratios(ratios)
    print_void_peers(medians)
    write_report(directory, values, ratios)
    plots.draw(directory, medians)
    print(f"\n{directory}: measurements.csv, report.json, plots")
    if "--record" in arguments:
        with open(BASELINE, "w", encoding="utf-8") as file:
            json.dump({"machine": describe_machine(), "ratios": ratios}, file, indent=1)
    return 0 if "--check" not in arguments or check(ratios) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
