#!/bin/bash
# dump: what the ring holds, taken from nobody.
# shellcheck source=tests/tools/testing.sh
source "$(dirname "$0")/testing.sh" "$@"

lines() { /usr/bin/python3 -c "
import json, sys
j = [json.loads(line) for line in open(sys.argv[1])]
print(($1))" "$work/out"; }
lines_are() { [[ "$(lines "$1")" == "$2" ]] || fail "$1 is '$(lines "$1")', not '$2'"; }

expect_error 2 'kNotFound' fmmq dump "$queue"
expect 0 fmmq create "$queue"
expect 0 fmmq dump "$queue"; no_out; no_err
fmmq send "$queue" a '' "$(printf 'x%.0s' {1..40})" 'ä"'
printf 'b\xff' >"$work/bytes"; expect 0 fmmq send "$queue" --file="$work/bytes"
expect 0 fmmq recv "$queue" --count=1
expect 0 fmmq dump "$queue" --null; no_err
printf 'a\0\0%s\0ä"\0b\xff\0' "$(printf 'x%.0s' {1..40})" >"$work/wanted"
same "$work/out" "$work/wanted"
expect 0 fmmq dump "$queue" --raw; tr -d '\0' <"$work/wanted" >"$work/w"; same "$work/out" "$work/w"
expect 0 fmmq dump "$queue" --json; no_err
lines_are "[m['position'] for m in j], [m['size'] for m in j]" "([0, 1, 2, 4, 5], [1, 0, 40, 3, 2])"
lines_are "j[0]['text'], j[1]['text'], ascii(j[3]['text']), j[4]['base64'], 'text' in j[4]" \
  "('a', '', '\\'\\\\xe4\"\\'', 'Yv8=', False)"
expect_error 1 'give --json, or' fmmq dump "$queue" --json --raw
expect 0 fmmq stat "$queue" --json; field_is "j['groups'][0]['lag']" 5

# A ring that went round: the newest messages, in order.
expect 0 fmmq create "$queue-over" --capacity=4KiB --policy=overwrite
seq 1000 | fmmq send "$queue-over"
expect 0 fmmq dump "$queue-over"; seq 873 1000 >"$work/wanted"; same "$work/out" "$work/wanted"

verdict
