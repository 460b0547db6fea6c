#!/bin/bash
# check: a verdict on queues good and bad, living and dead.
# shellcheck source=tests/tools/testing.sh
source "$(dirname "$0")/testing.sh" "$@"

# poke NAME OFFSET: a byte of 0xff there.
poke() { printf '\xff' | dd of="/dev/shm/fmmq.$1" bs=1 seek="$2" conv=notrunc status=none; }

expect 0 fmmq create "$queue" --capacity=4KiB --string_size=100
fmmq send "$queue" one two three
expect 0 fmmq check "$queue"; no_err
out_has "^$queue: good\$"; out_has '^header  *ok$'; out_has '^head  *3 blocks$'
out_has '^records  *3 messages and 0 aborted, from block 0$'
expect 0 fmmq check "$queue" --json; json_is_valid
field_is "j['good'], j['status'], j['messages'], j['damage'], j['unfinished']" \
  "(True, 'kOk', 3, [], [])"

# It changes nothing, and needs no right to write.
cp "/dev/shm/fmmq.$queue" "$work/before"
chmod 0400 "/dev/shm/fmmq.$queue"
expect 0 fmmq check "$queue"
same "/dev/shm/fmmq.$queue" "$work/before"
chmod 0600 "/dev/shm/fmmq.$queue"

# A member that was killed is counted.
start "$work/reader" recv "$queue" --follow
until_true has_line "$work/reader" three
kill -9 "$started"; wait "$started" 2>/dev/null
expect 0 fmmq check "$queue"; out_has '^seats  *1, 1 of the dead$'

# Damage: data_wait's upper half, then the header.
poke "$queue" 1287
expect 5 fmmq check "$queue"; no_err; out_has "^$queue: damaged"; out_has '^damage  *control: data_wait'
expect 5 fmmq check "$queue" --json; json_is_valid
field_is "j['good'], j['damage'][0]['where'], len(j['damage'])" "(False, 'control', 1)"
poke "$queue" 48
expect 5 fmmq check "$queue"; out_has 'header .*kBadChecksum'
expect 5 fmmq check "$queue" --json; json_is_valid; field_is "j['status']" kBadChecksum
: >"/dev/shm/fmmq.$queue-empty"
expect 5 fmmq check "$queue-empty"; out_has 'kNotASegment'
expect_error 2 'kNotFound' fmmq check "$queue-none"

verdict
