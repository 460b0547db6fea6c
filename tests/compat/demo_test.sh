# The predecessor's demonstrations in C print what they always printed.
# usage: demo_test.sh TEST RECEIVE_EXAMPLE SEND_EXAMPLE
set -uo pipefail

work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/fmmq-XXXXXX")
receiver=
trap '[[ -z "$receiver" ]] || kill -9 "$receiver" 2>/dev/null; rm -rf "$work"' EXIT
failed=0

# same TITLE EXPECTED: against what was printed, to the byte.
same() {
  printf '%s' "$2" >"$work/expected"
  cmp "$work/expected" "$work/out" && return
  echo "FAILED: $1 printed:"
  cat -A "$work/out"
  failed=1
}

"$1" >"$work/out" || failed=1
same "test" $'aaab aaab \naaac \nshared string\n'

hello='Received message from ./send_example: Hello from ./send_example !!! '

timeout 120 "$2" >"$work/out" &
receiver=$!
timeout 120 "$3" || failed=1
wait "$receiver" || failed=1
same "receiver first" "$hello"$'\n'

timeout 120 "$3" &
sender=$!
sleep 0.2
timeout 120 "$2" >"$work/out" || failed=1
wait "$sender" || failed=1
same "sender first" "$hello"$'\n'

((failed == 0)) && echo "passed"
exit "$failed"
