#!/bin/bash
# end, drop, get and set.
# shellcheck source=tests/tools/testing.sh
source "$(dirname "$0")/testing.sh" "$@"

# The end of the stream ends readers, with what was written before it.
expect 0 fmmq create "$queue"
fmmq send "$queue" one two
start "$work/tail" tail "$queue" --oldest; tail=$started
start "$work/recv" recv "$queue" --follow; recv=$started
until_true has_line "$work/tail" two
until_true has_line "$work/recv" two
expect 0 fmmq end "$queue"; no_out; no_err
started=$tail; ends 0; started=$recv; ends 0
[[ ! -s $work/tail.err && ! -s $work/recv.err ]] || fail "readers complain at the end"
expect 0 fmmq end "$queue"
expect 0 fmmq recv "$queue" --follow; no_out; no_err
expect 4 fmmq recv "$queue" --count=1; err_has '0 of 1 messages came before the stream ended'
expect_error 1 'kEndOfStream' fmmq send "$queue" x
expect 0 fmmq stat "$queue"; out_has '^ended  *yes$'; out_has '^read  *2 messages, 6 bytes$'
expect 0 fmmq check "$queue"
expect_error 2 'kNotFound' fmmq end "$queue-none"

# Groups.
expect_error 2 'group other does not exist' fmmq drop "$queue" other
expect 0 fmmq drop "$queue" default; no_out; no_err
expect 0 fmmq stat "$queue" --json; field_is "j['groups']" "[]"
expect 0 fmmq create "$queue-groups"
start "$work/recv" recv "$queue-groups" --follow
until_true stat_has "$queue-groups" '^alive  *0 producers, 1 member, 0 observers$'
expect_error 6 'kTaken' fmmq drop "$queue-groups" default
start "$work/tail" tail "$queue-groups"
until_true stat_has "$queue-groups" '^alive  *0 producers, 1 member, 1 observer$'

# The shared string.
expect_error 1 'kNotSupported' fmmq get "$queue"
expect_error 1 'kNotSupported' fmmq set "$queue" x
expect 0 fmmq create "$queue-string" --string_size=8
expect 0 fmmq get "$queue-string"; out_is ''
expect 0 fmmq set "$queue-string" $'a b\nc'; no_out; no_err
expect 0 fmmq get "$queue-string"; out_is $'a b\nc'
expect 0 fmmq get "$queue-string" --raw; printf 'a b\nc' >"$work/wanted"; same "$work/out" "$work/wanted"
expect_error 1 'kTooLarge' fmmq set "$queue-string" 123456789
expect_error 1 'must not be negative' fmmq set "$queue-string" x --timeout=-1s
expect 0 fmmq stat "$queue-string"; out_has '^shared string  *5 bytes of 8 bytes, version 1$'
expect 0 fmmq stat "$queue-string" --json; field_is "j['string']" "{'bytes': 5, 'version': 1}"

verdict
