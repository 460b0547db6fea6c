#!/bin/bash
# Help, flags, exit codes for wrong usage, create and rm.
# shellcheck source=tests/tools/testing.sh
source "$(dirname "$0")/testing.sh" "$@"

# Texts that teach.
expect 0 fmmq; out_has '^commands:'; out_has '^exit codes:'; no_err
expect 0 fmmq help; out_has '^commands:'
expect 0 fmmq --help; out_has '^commands:'
expect 0 fmmq --version; out_has '^fmmq [0-9]'
for command in create ls stat check send recv tail dump get set end drop rm; do
  expect 0 fmmq help $command
  out_has "^usage: fmmq $command"; out_has '^flags:'; out_has '^examples:'; out_has '^exit codes:'
  cp "$work/out" "$work/help"
  expect 0 fmmq $command --help; same "$work/out" "$work/help"
  expect 0 fmmq $command a b c -h; same "$work/out" "$work/help"
  awk 'length > 80 { exit 1 }' "$work/help" || fail "help $command has lines over 80 columns"
done
expect 0 fmmq help create
out_has '--capacity=SIZE .*bytes'; out_has 'default: 1MiB'; out_has 'default: 64'

# Wrong usage.
expect_error 1 "unknown command 'frob'.*fmmq help" fmmq frob
expect_error 1 "unknown command 'frob'" fmmq help frob
expect_error 1 'NAME is missing.*fmmq help create' fmmq create
expect_error 1 "unexpected argument 'b'" fmmq create "$queue" b
expect_error 1 'unknown flag --colour.*fmmq help ls' fmmq ls --colour
expect_error 1 'unknown flag --capacity' fmmq ls --capacity=1MiB
expect_error 1 'want a number of bytes' fmmq create "$queue" --capacity=many
expect_error 1 'capacity=.*want 1 to' fmmq create "$queue" --capacity=0
expect_error 1 'want a power of two' fmmq create "$queue" --block_size=48
expect_error 1 'seats=0: want 1 to 1024' fmmq create "$queue" --seats=0
expect_error 1 'nodefault_group' fmmq create "$queue" --groups=0
expect_error 1 'want lossless, overwrite or compat' fmmq create "$queue" --policy=lossy
expect_error 1 'octal mode' fmmq create "$queue" --mode=rw
expect_error 1 'want a time' fmmq recv "$queue" --timeout=5
expect_error 1 'must not be negative' fmmq recv "$queue" --timeout=-5s
expect_error 1 'kBadName' fmmq create a/b
expect_error 1 "'': .*kBadName" fmmq create ''
expect_error 1 'kNameTooLong' fmmq create "$queue$(printf 'x%.0s' {1..250})"

# Create.
expect 0 fmmq create "$queue"; no_out; no_err
expect_error 6 'kAlreadyExists' fmmq create "$queue"
expect 0 fmmq create "$queue" --exist_ok --capacity=64KiB; no_err
expect 0 fmmq stat "$queue" --json; field_is "j['capacity']" 1048576
expect 0 fmmq create "$queue-b" -v --capacity=64KiB --policy=overwrite --single_producer \
  --seats=3 --groups=2 --block_size=64 --string_size=1KiB --mode=rw-r----- --nodefault_group
no_out; err_has "fmmq.$queue-b"
[[ "$(stat -c %a "/dev/shm/fmmq.$queue-b")" == 640 ]] || fail "mode is not 640"
expect 0 fmmq stat "$queue-b" --json
field_is "j['capacity'], j['policy'], j['single_producer']" "(65536, 'overwrite', True)"
field_is "j['seats'], j['max_groups'], j['block_size'], j['string_size']" "(3, 2, 64, 1024)"
field_is "j['mode'], j['groups']" "('rw-r-----', [])"
expect 0 fmmq create "$queue-c" --capacity 16KiB --mode 0600

# Remove.
expect 0 fmmq rm "$queue"; no_out; no_err
expect_error 2 'kNotFound' fmmq rm "$queue"
expect 0 fmmq rm "$queue" --missing_ok; no_err
expect_error 2 'kNotFound' fmmq rm "$queue-b" "$queue" "$queue-c"
[[ ! -e /dev/shm/fmmq.$queue-b && ! -e /dev/shm/fmmq.$queue-c ]] || fail "not all were removed"
expect_error 1 'kBadName' fmmq rm ../x

verdict
