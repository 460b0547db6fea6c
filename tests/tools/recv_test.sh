#!/bin/bash
# recv: groups, counts, waiting, what happens to messages when a reader ends.
# shellcheck source=tests/tools/testing.sh
source "$(dirname "$0")/testing.sh" "$@"

expect_error 2 'kNotFound' fmmq recv "$queue"
expect 0 fmmq recv "$queue" --create --capacity=1MiB; no_out; no_err

# Until there are none; counts; time.
fmmq send "$queue" 1 2 3 4
expect 0 fmmq recv "$queue" --count=1; out_is 1; no_err
expect 0 fmmq recv "$queue" --count=2 -v; out_is $'2\n3'; err_has 'received 2 messages'
expect 4 fmmq recv "$queue" --count=2 --timeout=100ms; out_is 4; err_has '1 of 2 messages'
expect 4 fmmq recv "$queue" --count=1 --timeout=0; no_out
expect 0 fmmq recv "$queue"; no_out; no_err
expect 0 fmmq recv "$queue" --timeout=50ms; no_out; no_err
expect_error 1 'not both' fmmq recv "$queue" --raw --null

# Waits for a count, follows until a signal.
start "$work/counted" recv "$queue" --count=2
fmmq send "$queue" a b
ends 0; [[ "$(<"$work/counted")" == $'a\nb' ]] || fail "counted"
start "$work/followed" recv "$queue" --follow
fmmq send "$queue" c; until_true has_line "$work/followed" c
fmmq send "$queue" d; until_true has_line "$work/followed" d
kill -TERM "$started"; ends 0
start "$work/counted" recv "$queue" --count=2
fmmq send "$queue" e; until_true has_line "$work/counted" e
kill -TERM "$started"; ends 143

# A pipe whose reader has enough. All that did not fit the pipe is still there.
seq 30000 | fmmq send "$queue"
fmmq recv "$queue" 2>"$work/err" | head -1 >"$work/out"
codes="${PIPESTATUS[*]}"
[[ "$codes" == "0 0" ]] || fail "recv | head: $codes"
out_is 1; no_err
expect 0 fmmq recv "$queue"
[[ "$(tail -1 "$work/out")" == 30000 ]] || fail "the last message did not come"
[[ "$(sort -u "$work/out" | wc -l)" == "$(wc -l <"$work/out")" ]] || fail "some came twice"
fmmq send "$queue" f
fmmq recv "$queue" --follow 2>"$work/err" | head -1 >"$work/out"; out_is f; no_err
fmmq send "$queue" g; expect 0 fmmq recv "$queue"; out_is g

# A disk that is full: the messages come again, and are said to.
fmmq send "$queue" h i
expect 7 bash -c "'$program' recv '$queue' > /dev/full"; err_has 'standard output: No space'
expect 0 fmmq recv "$queue"; out_is $'h\ni'; err_has 'redelivered 2 messages'

# Groups: each gets everything, members share.
expect 0 fmmq recv "$queue" --group=audit --durable; err_has 'group audit is new'
fmmq send "$queue" x y
expect 0 fmmq recv "$queue"; out_is $'x\ny'
expect 0 fmmq recv "$queue" --group=audit; out_is $'x\ny'; no_err
expect_error 6 'kGroupMismatch' fmmq recv "$queue" --group=audit --exclusive
start "$work/exclusive" recv "$queue" --group=solo --exclusive --follow
until_true stat_has "$queue" '^solo  *exclusive  *ephemeral  *1 '
expect_error 6 'kTaken' fmmq recv "$queue" --group=solo
kill -TERM "$started"; ends 0
until_true stat_has "$queue" '^groups .* 2 taken$'
fmmq send "$queue" z
expect 0 fmmq recv "$queue" --group=late --oldest; out_is z
expect_error 1 'kNameTooLong' fmmq recv "$queue" --group="$(printf 'x%.0s' {1..65})"

# The line of `stat` for the group default when its members have taken all there was.
all_taken='^default  *shared  *durable  *[0-9]*  *[0-9,]*  *0  *0  *[0-9,]*$'

# One group, two members, one sender: every message goes to exactly one of them.
fmmq recv "$queue" >/dev/null; fmmq rm "$queue"; fmmq create "$queue" --capacity=64KiB
start "$work/a" recv "$queue" --follow; first=$started
start "$work/b" recv "$queue" --follow
until_true stat_has "$queue" '^alive  *0 producers, 2 members, 0 observers$'
seq 100000 | fmmq send "$queue"
until_true stat_has "$queue" "$all_taken"
kill -TERM "$started" "$first"; ends 0; started=$first; ends 0
seq 100000 | sort >"$work/wanted"
sort "$work/a" "$work/b" >"$work/out"; same "$work/out" "$work/wanted"
for part in a b; do sort -n -c "$work/$part" || fail "member $part got them out of order"; done

# A member that is killed loses nothing that it has not acknowledged.
mkfifo "$work/pipe"
seq 100000 >"$work/numbers"
input=$work/numbers
start "$work/sender" send "$queue"; sender=$started
start "$work/pipe" recv "$queue" --follow
exec 3<"$work/pipe"
kill -9 "$started"; wait "$started" 2>/dev/null
cat <&3 >"$work/a"; exec 3<&-
start "$work/b" recv "$queue" --follow; second=$started
started=$sender; ends 0
until_true stat_has "$queue" "$all_taken"
kill -TERM "$second"; started=$second; ends 0
# The killed one may have been in the middle of a line.
[[ "$(tail -c 1 "$work/a" | od -An -c)" == *'\n'* ]] || sed -i '$d' "$work/a"
sort -u "$work/a" "$work/b" >"$work/out"; same "$work/out" "$work/wanted"

# No seat, no group left.
expect 0 fmmq create "$queue-few" --seats=1 --groups=1
expect_error 6 'kNoGroup' fmmq recv "$queue-few" --group=other
start "$work/seat" recv "$queue-few" --follow
until_true stat_has "$queue-few" '1 member of'
expect_error 6 'kNoSeat' fmmq recv "$queue-few"
kill -TERM "$started"; ends 0

# Overwriting: losses are said, and exact.
expect 0 fmmq create "$queue-over" --capacity=16KiB --policy=overwrite
seq 100000 | fmmq send "$queue-over"
expect 0 fmmq recv "$queue-over"
lost=$(sed -n 's/.*lost \([0-9,]*\) blocks.*/\1/p' "$work/err" | tr -d ,)
(($(wc -l <"$work/out") + ${lost:-0} == 100000)) || fail "$(wc -l <"$work/out") came, $lost lost"

verdict
