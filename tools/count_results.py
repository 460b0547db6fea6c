"""Counts the results of a `bazel test` from the events that it wrote.

usage: count_results.py EVENTS.json EXIT_STATUS

Prints a line `FAILED LABEL: reason` for each target that failed, a line `FLAKY LABEL: reason` for
each that passed at a later attempt only, then `PASSED FAILED` as two numbers; what is flaky passed.
A target that did not build failed, whether it is a test or not. A run that failed without naming a
target counts as one failure.
"""

import json
import sys


def read_events(path):
    """Yields the events in a file; it ends early when Bazel was stopped."""
    try:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except (OSError, ValueError) as error:
        print(f"{path}: {error}", file=sys.stderr)


def count(events):
    """Returns the labels that passed, those of them that are flaky, and those that failed with the
    reason."""
    passed = set()
    flaky = set()
    failed = {}
    for event in events:
        kind, identity = next(iter(event["id"].items()), ("", {}))
        label = identity.get("label", "")
        if kind == "testSummary":
            status = event.get("testSummary", {}).get("overallStatus", "NO_STATUS")
            if status in ("PASSED", "FLAKY"):
                passed.add(label)
                if status == "FLAKY":
                    flaky.add(label)
            else:
                failed[label] = status
        elif kind == "targetCompleted" and not event.get("completed", {}).get("success"):
            failed.setdefault(label, "FAILED_TO_BUILD")
        elif kind in ("targetConfigured", "unconfiguredLabel", "configuredLabel", "pattern"):
            if "aborted" in event:
                failed.setdefault(label or str(identity), "FAILED_TO_LOAD")
    return passed - failed.keys(), flaky - failed.keys(), failed


def main():
    path, exit_status = sys.argv[1], int(sys.argv[2])
    passed, flaky, failed = count(read_events(path))
    if exit_status != 0 and not failed:
        failed["bazel test"] = f"exit status {exit_status}"
    for label, reason in sorted(failed.items()):
        print(f"FAILED {label}: {reason}")
    for label in sorted(flaky):
        print(f"FLAKY {label}: failed, and passed when it was run again")
    print(len(passed), len(failed))


if __name__ == "__main__":
    main()
