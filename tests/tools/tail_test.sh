#!/bin/bash
# tail: an observer takes nothing away.
# shellcheck source=tests/tools/testing.sh
source "$(dirname "$0")/testing.sh" "$@"

expect_error 2 'kNotFound' fmmq tail "$queue"
expect 0 fmmq create "$queue"
fmmq send "$queue" a b
expect 0 fmmq tail "$queue" --oldest --nofollow -v; out_is $'a\nb'; err_has 'received 2 messages'
expect 0 fmmq tail "$queue" --nofollow; no_out; no_err
expect 0 fmmq tail "$queue" --oldest --count=1; out_is a
expect 0 fmmq tail "$queue" --oldest --timeout=50ms --null
printf 'a\0b\0' >"$work/wanted"; same "$work/out" "$work/wanted"
expect 4 fmmq tail "$queue" --oldest --count=3 --timeout=50ms; out_is $'a\nb'; err_has '2 of 3'

# Follows until a signal.
start "$work/tail" tail "$queue" --oldest
until_true has_line "$work/tail" b
fmmq send "$queue" c; until_true has_line "$work/tail" c
kill -INT "$started" 2>/dev/null # ignored: bash starts background processes that way
kill -TERM "$started"; ends 0
expect 0 fmmq recv "$queue"; out_is $'a\nb\nc'

# Ends soon after the reader of its output did.
{ fmmq tail "$queue" --oldest; echo "$?" >"$work/code"; } | head -1 >"$work/out"
out_is a; [[ "$(<"$work/code")" == 0 ]] || fail "tail | head: $(<"$work/code")"

# A reader of a queue that was removed says so.
start "$work/tail" tail "$queue" --oldest
until_true has_line "$work/tail" c
expect 0 fmmq rm "$queue"
until_true grep -q "$queue was removed" "$work/tail.err"
kill -TERM "$started"; ends 0

# An observer that writers lap counts exactly what it lost: each message takes a block here.
lapped=$queue-lapped
expect 0 fmmq create "$lapped" --capacity=16KiB --policy=overwrite
start "$work/tail" tail "$lapped" --oldest
fmmq send "$lapped" 0; until_true has_line "$work/tail" 0
seq 300000 | fmmq send "$lapped"
until_true has_line "$work/tail" 300000
kill -TERM "$started"; ends 0
lost=$(sed -n 's/.*lost \([0-9,]*\) block.*/\1/p' "$work/tail.err" | tr -d , |
  awk '{ sum += $1 } END { print sum + 0 }')
(($(wc -l <"$work/tail") + lost == 300001)) || fail "$(wc -l <"$work/tail") came, $lost lost"
sort -n -c "$work/tail" || fail "out of order"

verdict
