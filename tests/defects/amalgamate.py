"""Writes the core's sources into a directory, each with its headers inside, and one text replaced.

usage: amalgamate.py OUT_DIRECTORY PARAMETERS.json

The parameters: {"files": {"fmmq/ring/view.h": "path to it", ...}, "patches": [{"file": ...,
"old": ..., "new": ...}, ...]}. An old text must be in its file exactly once. With patches, only the
sources are written that one of the files is, or goes, into: the others are as they always were.
"""

import json
import os
import re
import sys

INCLUDE = re.compile(r'^#include "(fmmq/[^"]+)"')


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


# The objects with the defect have to go into the link before those without it are looked for: one
# symbol, which the build demands (-u), names something of each.
ROOT = "fmmq_planted_defect"


def mark(name):
    return "%s_in_%s" % (ROOT, re.sub(r"\W", "_", name))


def root_source(names):
    marks = [mark(name) for name in names]
    return 'extern "C" {\n%s\nextern const char* const %s[];\nconst char* const %s[] = {%s};\n}\n' % (
        "\n".join("extern const char %s;" % m for m in marks), ROOT, ROOT,
        ", ".join("&" + m for m in marks))


def write(directory, name, text):
    with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
        file.write(text)


def main(directory, parameters):
    with open(parameters, encoding="utf-8") as file:
        wanted = json.load(file)
    texts = {name: read(path) for name, path in wanted["files"].items()}
    patches = wanted["patches"]
    for patch in patches:
        apply_patch(texts, patch)
    patched = {patch["file"] for patch in patches}
    os.makedirs(directory, exist_ok=True)
    written = []
    for name in sorted(texts):
        if not name.endswith(".cc"):
            continue
        seen, lines = set(), []
        expand(name, texts, seen, lines)
        if patches and not patched & seen:
            continue
        if patches:
            lines.append('extern "C" { extern const char %s; const char %s = 1; }' %
                         (mark(name), mark(name)))
        write(directory, name[:-3].replace("/", "_") + ".cc", "\n".join(lines) + "\n")
        written.append(name)
    if not written:
        sys.exit("no source of the core has one of these inside: " + ", ".join(sorted(patched)))
    if patches:
        write(directory, "root.cc", root_source(written))


main(*sys.argv[1:])
