#!/bin/bash
# The two programs of tools/quickstart: order of start, a sender that dies.
# shellcheck source=tests/tools/testing.sh
source "$(dirname "$0")/testing.sh" "$@"

expect 2 "$program" send "$queue"; err_has usage
expect 2 "$program" look "$queue" 5; err_has usage

start "$work/receive" receive "$queue-a" 100000
sleep 0.3
expect 0 "$program" send "$queue-a" 100000; no_out; no_err
ends 0; grep -q '^ok: 100000 messages' "$work/receive" || fail "receiver first"

start "$work/send" send "$queue-b" 100000
sleep 0.3
expect 0 "$program" receive "$queue-b" 100000; out_has '^ok: 100000 messages'
ends 0

# Again in the same queue, which is empty now.
start "$work/send" send "$queue-b" 1000
expect 0 "$program" receive "$queue-b" 1000; out_has '^ok: 1000 messages'
ends 0

# Fewer messages than were due: the receiver does not hang.
start "$work/send" send "$queue-c" 1000
expect 1 "$program" receive "$queue-c" 2000; out_has '^FAILED: the sender ended after 1000 '
ends 0

# kill_sender DELAY: of two, wherever it is just then. False when the receiver never heard of it.
kill_sender() {
  local sender
  start "$work/send" send "$queue-d" 1000000000
  sender=$started
  start "$work/receive" receive "$queue-d" 1000000000
  sleep "$1"
  kill -9 "$sender"; wait "$sender" 2>/dev/null
  ends 1
  rm "/dev/shm/fmmq.$queue-d"
  ! grep -q '^FAILED: nothing came any more after 0 messages' "$work/receive"
}

# On a busy machine it may not have begun by then.
for delay in 0.1 0.123 0.2; do
  kill_sender "$delay" || kill_sender 2 || kill_sender 10
  grep -q '^FAILED: the sender ended after' "$work/receive" || fail "$(cat "$work/receive")"
done

# Messages from somebody else are noticed.
start "$work/send" send "$queue-e" 10
ends 0
start "$work/send" send "$queue-e" 10
ends 0
expect 1 "$program" receive "$queue-e" 20; out_has '^FAILED: message 0 came where 10 was due'

verdict
