#!/bin/bash
# ls and stat: tables, JSON, files that are no good queues, rights.
# shellcheck source=tests/tools/testing.sh
source "$(dirname "$0")/testing.sh" "$@"

# The entry of `ls --json` for a name.
entry() { echo "next(e for e in j if e['name'] == '$1')"; }

expect 0 fmmq create "$queue"
fmmq send "$queue" one two three
expect 0 fmmq ls; no_err
out_has '^NAME  *CAPACITY  *POLICY  *PRODUCERS  *MEMBERS  *HEAD  *SIZE  *CREATED  *STATUS$'
out_has "^$queue  *1 MiB  lossless  *0  *0  *3  .* ok\$"
expect 0 fmmq ls --json; no_err; json_is_valid
field_is "$(entry "$queue")['status']" kOk
field_is "$(entry "$queue")['head']" 3
field_is "$(entry "$queue")['segment_bytes']" "$(stat -c %s "/dev/shm/fmmq.$queue")"

expect 0 fmmq stat "$queue"; no_err
out_has "^file  */dev/shm/fmmq.$queue\$"; out_has '^capacity  *1 MiB (1,048,576 bytes)$'
out_has '^rights  *rw-------, owner'; out_has '^head  *3 blocks$'
out_has '^GROUP  *KIND'; out_has '^default  shared  durable  *0  *0  *3  *0  *0$'
expect 0 fmmq stat "$queue" --json; json_is_valid
field_is "j['groups'][0]['lag'], j['groups'][0]['durable']" "(3, True)"
field_is "len(j['uuid']), j['id']" "(36, '$queue')"
field_is "j['written_messages'], j['written_bytes'], j['read_messages'], j['ended']" "(3, 11, 0, False)"
field_is "j['alive'], j['string']" "({'producers': 0, 'members': 0, 'observers': 0}, None)"
field_is "j['groups'][0]['redelivered'], j['recoveries']" "(0, 0)"
field_is "0 <= __import__('time').time() - j['created_ns'] / 1e9 < 3600" True

# Whoever has it open shows.
start "$work/reader" recv "$queue" --follow
until_true has_line "$work/reader" three
fmmq stat "$queue" --json >"$work/out"; field_is "j['members'], j['groups'][0]['members']" "(1, 1)"
kill -TERM "$started"; ends 0

# Files that are no good queues are listed, and name their trouble.
echo "not a queue" >"/dev/shm/fmmq.$queue-text"
: >"/dev/shm/fmmq.$queue-empty"
head -c 5000 "/dev/shm/fmmq.$queue" >"/dev/shm/fmmq.$queue-short"
expect 0 fmmq ls; no_err; out_has "^$queue-text .*kNotASegment"; out_has "^$queue-short .*kSizeMi"
expect 0 fmmq ls --json; json_is_valid
field_is "$(entry "$queue-text")['status']" kNotASegment
field_is "$(entry "$queue-empty")['status']" kNotASegment
field_is "$(entry "$queue-short")['status']" kSizeMismatch
for bad in text empty short; do
  expect_error 5 'fmmq: ' fmmq stat "$queue-$bad" --json
  expect_error 5 'fmmq: ' fmmq send "$queue-$bad" x
  expect_error 5 'fmmq: ' fmmq recv "$queue-$bad"
  expect_error 5 'fmmq: ' fmmq tail "$queue-$bad"
  expect 0 fmmq rm "$queue-$bad"
done
expect_error 2 'kNotFound' fmmq stat "$queue-none"

# Names of any bytes neither break JSON nor reach the terminal as they are.
expect 0 fmmq create "$queue"$'-\xff\xfe'
expect 0 fmmq create "$queue"$'-\e[31m\n"\\'
expect 0 fmmq ls --json; json_is_valid
expect 0 fmmq stat "$queue"$'-\xff\xfe' --json; json_is_valid
expect 0 fmmq stat "$queue"$'-\e[31m\n"\\' --json; json_is_valid
field_is "j['name'] == '$queue-' + chr(27) + '[31m' + chr(10) + chr(34) + chr(92)" True
expect 0 fmmq ls; out_has '\\x1b\[31m\\x0a"'
grep -q $'\e' "$work/out" && fail "an escape sequence in a table"

# Rights. Root passes every mode, so the rights that do that are taken away first.
unprivileged() {
  if [[ "$(id -u)" == 0 ]]; then
    setpriv --bounding-set=-dac_override,-dac_read_search \
      --inh-caps=-dac_override,-dac_read_search "$program" "$@"
  else
    "$program" "$@"
  fi
}
chmod 0400 "/dev/shm/fmmq.$queue"
expect 0 unprivileged stat "$queue"; out_has 'rights .*read only for you'
expect_error 3 'kPermissionDenied' unprivileged send "$queue" x
expect_error 3 'kPermissionDenied' unprivileged recv "$queue"
expect 0 unprivileged tail "$queue" --oldest --nofollow; out_is $'one\ntwo\nthree'
chmod 0000 "/dev/shm/fmmq.$queue"
expect_error 3 'kPermissionDenied' unprivileged stat "$queue"
expect 0 unprivileged ls; out_has "^$queue .*kPermissionDenied"

# Standard output that fails.
expect 7 bash -c "'$program' ls > /dev/full"; err_has 'standard output: No space left'

verdict
