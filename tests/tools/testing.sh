# shellcheck shell=bash
# What the scripts here share. To be sourced; $1 is the program under test.
set -uo pipefail

program=$PWD/$1
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/fmmq-XXXXXX")
# Unique on the machine, which all tests share: every queue's name starts with it.
queue=test-$$-$RANDOM$RANDOM
failures=0
background=()

clean_up() {
  local process
  for process in "${background[@]}"; do kill -9 "$process" 2>/dev/null; done
  rm -rf "$work" /dev/shm/fmmq."$queue"*
}
trap clean_up EXIT

fmmq() { "$program" "$@"; }

fail() {
  echo "FAILED at line ${BASH_LINENO[1]}: $*"
  failures=$((failures + 1))
}

# expect CODE COMMAND...: runs it with its output in $work/out and $work/err.
expect() {
  local wanted=$1 code=0
  shift
  "$@" >"$work/out" 2>"$work/err" || code=$?
  ((code == wanted)) && return
  fail "$* ended with $code, not $wanted"
  head -c 2000 "$work/err"
}

# Of the last command that ran under expect, and whether standard error was left alone.
out_is() {
  [[ "$(<"$work/out")" == "$1" ]] || fail "output '$(head -c 300 "$work/out")', not '$1'"
}
out_has() { grep -q -e "$1" "$work/out" || fail "nothing like $1 in: $(head -c 2000 "$work/out")"; }
err_has() { grep -q -e "$1" "$work/err" || fail "nothing like $1 in: $(head -c 2000 "$work/err")"; }
no_out() { [[ ! -s "$work/out" ]] || fail "output: $(head -c 300 "$work/out")"; }
no_err() { [[ ! -s "$work/err" ]] || fail "errors: $(head -c 300 "$work/err")"; }

# expect_error CODE PATTERN COMMAND...: data stays clean, and a person learns why.
expect_error() {
  local pattern=$2
  expect "$1" "${@:3}"
  no_out
  err_has "$pattern"
}

same() { cmp "$1" "$2" || fail "$1 and $2 differ"; }

# until_true COMMAND...: for what another process does in its own time.
until_true() {
  local deadline=$((SECONDS + 60))
  until "$@" 2>/dev/null; do
    ((SECONDS < deadline)) || { fail "never came true: $*"; return 1; }
    sleep 0.05
  done
}

stat_has() { "$program" stat "$1" | grep -q -e "$2"; }
has_line() { grep -q -x -e "$2" "$1" 2>/dev/null; }

# start OUT ARGUMENT...: the program in the background, its number in $started. Reads $input.
input=/dev/null
start() {
  rm -f "$1" "$1.err"  # what an earlier program of that name said must not pass for this one's
  "$program" "${@:2}" <"$input" >"$1" 2>"$1.err" &
  started=$!
  background+=("$started")
}

# ends CODE: what `start` started ends by itself with this code.
ends() {
  local code=0
  wait "$started" || code=$?
  ((code == $1)) || fail "ended with $code, not $1: $(head -c 300 "$work"/*.err)"
}

# field PYTHON: an expression over the JSON text in $work/out.
field() {
  /usr/bin/python3 -c "import json, sys; j = json.load(open(sys.argv[1])); print(($1))" "$work/out"
}
field_is() { [[ "$(field "$1")" == "$2" ]] || fail "$1 is '$(field "$1")', not '$2'"; }
json_is_valid() { /usr/bin/python3 -m json.tool "$work/out" >/dev/null || fail "not JSON"; }

# The last line of a script.
verdict() {
  ((failures == 0)) || { echo "$failures failures"; exit 1; }
  echo "passed"
}
