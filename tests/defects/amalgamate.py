"""Writes the core's sources into a directory, each with its headers inside, and one text replaced.

usage: amalgamate.py OUT_DIRECTORY PARAMETERS.json

The parameters: {"files": {"fmmq/ring/view.h": "path to it", ...}, "patch": null or
{"file": ..., "old": ..., "new": ...}}. The old text must be in the file exactly once. With a patch,
only the sources are written that the file is, or goes, into: the others are as they always were.
"""

import json
import os
import re
import sys

INCLUDE = re.compile(r'^#include "(fmmq/[^"]+)"$')


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def apply_patch(texts, patch):
    if patch["file"] not in texts:
        sys.exit("the core has no file " + patch["file"])
    text = texts[patch["file"]]
    count = text.count(patch["old"])
    if count != 1:
        sys.exit("%s has this text %d times, not once:\n%s" % (patch["file"], count, patch["old"]))
    texts[patch["file"]] = text.replace(patch["old"], patch["new"])


def expand(name, texts, seen, lines):
    """Appends the lines of a file, and before them those of each header that is new."""
    seen.add(name)
    lines.append('#line 1 "%s"' % name)
    for number, line in enumerate(texts[name].splitlines(), 1):
        match = INCLUDE.match(line)
        if match is None:
            lines.append(line)
        elif match.group(1) not in seen:
            expand(match.group(1), texts, seen, lines)
            lines.append('#line %d "%s"' % (number + 1, name))


def main(directory, parameters):
    with open(parameters, encoding="utf-8") as file:
        wanted = json.load(file)
    texts = {name: read(path) for name, path in wanted["files"].items()}
    patch = wanted["patch"]
    if patch is not None:
        apply_patch(texts, patch)
    os.makedirs(directory, exist_ok=True)
    written = 0
    for name in sorted(texts):
        if not name.endswith(".cc"):
            continue
        seen, lines = set(), []
        expand(name, texts, seen, lines)
        if patch is not None and patch["file"] not in seen:
            continue
        with open(os.path.join(directory, name[:-3].replace("/", "_") + ".cc"), "w",
                  encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        written += 1
    if written == 0:
        sys.exit("no source of the core has %s inside" % patch["file"])


main(*sys.argv[1:])
