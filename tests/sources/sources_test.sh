# fmmq/sources.json lists exactly what Bazel compiles, and its flags.
# usage: sources_test.sh SOURCES_JSON C_FILES COMPAT_FILES FLAG...
set -uo pipefail
json=$1 c_files=$2 compat_files=$3
shift 3

work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/fmmq-XXXXXX")
trap 'rm -rf "$work"' EXIT
export LC_ALL=C
failed=0

# read_json EXPRESSION: the strings of a list, one a line. `j` is the file's content.
read_json() {
  /usr/bin/python3 -c "import json, sys; j = json.load(open(sys.argv[1])); print(*($1), sep='\n')" \
    "$json"
}

# paths_in FILE: labels of this repository as paths.
paths_in() { sed -n 's|^//\(fmmq\):|\1/|p; s|^//\(fmmq/.*\):|\1/|p' "$1" | sort; }

# same TITLE: compares $work/bazel with $work/listed.
same() {
  if [[ ! -s "$work/bazel" ]]; then
    echo "FAILED: Bazel names no $1"
    failed=1
  elif ! diff --label "of the BUILD files" --label "in sources.json" -u "$work/bazel" "$work/listed"
  then
    echo "FAILED: $1 differ"
    failed=1
  fi
}

paths_in "$c_files" >"$work/c"
cp "$work/c" "$work/bazel"
read_json "j['c']['sources'] + j['c']['headers']" | sort >"$work/listed"
same "files of //fmmq/c"

paths_in "$compat_files" | comm -23 - "$work/c" >"$work/bazel"
read_json "j['compat']['sources'] + j['compat']['headers']" | sort >"$work/listed"
same "files that //fmmq/compat adds"

printf '%s\n' "$@" >"$work/bazel"
read_json "j['flags']" >"$work/listed"
same "flags"

((failed == 0)) && echo "passed"
exit "$failed"
