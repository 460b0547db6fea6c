#!/bin/bash
# send: what a message is, waiting for room, files.
# shellcheck source=tests/tools/testing.sh
source "$(dirname "$0")/testing.sh" "$@"

expect_error 2 'kNotFound' fmmq send "$queue" x
expect 0 fmmq send "$queue" --create --capacity=4MiB x; no_out; no_err
expect 0 fmmq stat "$queue" --json; field_is "j['capacity']" 4194304
expect_error 1 'capacity has a meaning only with --create' fmmq send "$queue" --capacity=1MiB x
expect_error 1 'unknown flag -5.*--' fmmq send "$queue" -5
expect 0 fmmq recv "$queue"; out_is x

# Arguments, any bytes but NUL in them, empty ones too.
expect 0 fmmq send "$queue" 'a b' '' $'line\nbreak \xff' -- -5 --file=x; no_out; no_err
expect 0 fmmq recv "$queue" --null
printf 'a b\0\0line\nbreak \xff\0-5\0--file=x\0' >"$work/wanted"; same "$work/out" "$work/wanted"

# Lines: empty, with NUL, very long, the last without its newline.
{
  printf 'first\n\nnul\0nul\n'
  head -c 1000000 /dev/zero | tr '\0' x
  printf '\nlast'
} >"$work/lines"
expect 0 fmmq send "$queue" -v <"$work/lines"; no_out; err_has 'sent 5 messages'
expect 0 fmmq recv "$queue"
{ cat "$work/lines"; echo; } >"$work/wanted"; same "$work/out" "$work/wanted"
expect 0 fmmq send "$queue" --verbose </dev/null; err_has 'sent 0 messages'

# Files.
head -c 300000 /dev/urandom >"$work/random"
expect 0 fmmq send "$queue" --file="$work/random" -v; err_has 'sent 1 message,'
expect 0 fmmq recv "$queue" --raw; same "$work/out" "$work/random"
expect 0 fmmq send "$queue" --file=- <"$work/random"
expect 0 fmmq recv "$queue" --count=1 --raw; same "$work/out" "$work/random"
: >"$work/empty"
expect 0 fmmq send "$queue" --file="$work/empty"
expect 0 fmmq recv "$queue" --count=1; [[ "$(wc -c <"$work/out")" == 1 ]] || fail "not empty"
expect_error 2 'No such file' fmmq send "$queue" --file="$work/none"
expect_error 7 'Is a directory' fmmq send "$queue" --file="$work"
expect_error 7 'Is a directory' fmmq send "$queue" <"$work"
expect_error 1 'not both' fmmq send "$queue" --file="$work/random" message

# Too large, and full.
small=$queue-small
expect 0 fmmq create "$small" --capacity=16KiB --single_producer
head -c 16385 /dev/zero >"$work/large"
expect_error 1 'kTooLarge' fmmq send "$small" --file="$work/large"; err_has '16,385.*16,384'
head -c 16384 /dev/zero >"$work/whole"
expect 0 fmmq send "$small" --file="$work/whole"
expect_error 4 'kFull' fmmq send "$small" --timeout=0 x
expect_error 4 'kFull' fmmq send "$small" --timeout=50ms x

# Waits for room.
start "$work/sender" send "$small" -v after
until_true stat_has "$small" 'taken by 1 producer'
expect_error 6 'kTaken' fmmq send "$small" x
expect 0 fmmq recv "$small" --count=1 --raw; same "$work/out" "$work/whole"
ends 0
expect 0 fmmq recv "$small"; out_is after

# Ends on a signal while it waits, and everything that it reported is there.
yes | head -2000 >"$work/lines"
input=$work/lines
start "$work/sender" send "$small" -v
until_true stat_has "$small" '^default .* 512  *0  *0$'
kill -INT "$started" 2>/dev/null
kill -TERM "$started"; ends 143
sent=$(sed -n 's/.*sent \([0-9,]*\) messages.*/\1/p' "$work/sender.err" | tr -d ,)
expect 0 fmmq recv "$small"; [[ "$(wc -l <"$work/out")" == "$sent" ]] || fail "not $sent came"

verdict
