# The programs of fmmq/examples as real processes: in C++, in C, in Python, in Node and mixed, in
# every order of start, each in a working directory of its own.
# usage: examples_test.sh PROGRAM...
#        examples_test.sh --python=FOLDER_OF_THE_PACKAGE PROGRAM...   those in Python, with C++
#        examples_test.sh --node=FOLDER_OF_THE_PACKAGE PROGRAM...     those in Node, with C++
set -uo pipefail

python= node=
if [[ "$1" == --node=* ]]; then
  node=${1#*=}
  shift
fi
if [[ "$1" == --python=* ]]; then
  python=1
  PYTHONPATH=$(cd "${1#*=}" && pwd)
  export PYTHONPATH PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=error
  shift
fi
folder=$(cd "$(dirname "$1")" && pwd)
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/fmmq-XXXXXX")
if [[ -n "$node" ]]; then
  bash tests/node/assemble "$node" "$work/node_modules/fmmq" || exit 1
  export NODE_PATH=$work/node_modules
fi
# Unique on the machine, which all tests share.
prefix=example-$$-$RANDOM$RANDOM
queue=
failures=0
started=()

clean_up() {
  local process
  for process in "${started[@]}"; do kill -9 "$process" 2>/dev/null; done
  rm -rf "$work" /dev/shm/fmmq."$prefix"*
}
trap clean_up EXIT

fail() {
  echo "FAILED, $title: $*"
  failures=$((failures + 1))
}

# begin TITLE: a queue that is not there, no processes.
begin() {
  title=$1
  queue=$prefix-$((++queues))
  started=()
  rm -f "$work"/out.*
}
queues=0

# start NAME PROGRAM ARGUMENT...: in the background, its output in $work/out.NAME.
start() {
  mkdir -p "$work/$1"
  (cd "$work/$1" && exec "$folder/$2" "${@:3}") >"$work/out.$1" 2>&1 &
  started+=($!)
}

# All that was started ends well, in its own time, and leaves no queue behind.
finish() {
  local process deadline=$((SECONDS + 60))
  while [[ -n "$(jobs -rp)" ]]; do
    ((SECONDS < deadline)) || { fail "a process does not end"; kill -9 "${started[@]}"; }
    sleep 0.02
  done
  for process in "${started[@]}"; do wait "$process" || fail "a process ended with $?"; done
  started=()
  ! compgen -G "/dev/shm/fmmq.$queue*" || fail "a queue is left"
}

# said NAME TEXT: what it printed, to the byte.
said() {
  [[ "$(<"$work/out.$1")" == "$2" ]] || fail "$1 said: $(head -c 500 "$work/out.$1")"
}
# until_said NAME PATTERN: waits for a line.
until_said() {
  local deadline=$((SECONDS + 60))
  until grep -q -x -e "$2" "$work/out.$1" 2>/dev/null; do
    ((SECONDS < deadline)) || { fail "$1 never said $2"; return; }
    sleep 0.02
  done
}

hellos() { seq -f 'Hello number %.0f from the sender' 1 "$1"; }

# send_and_receive SENDER RECEIVER: 500 messages, more than the ring holds.
send_and_receive() {
  begin "$1 first, then $2"
  start sender "$1" "$queue" 500
  sleep 0.1
  start receiver "$2" "$queue"
  finish
  said receiver "$(hellos 500)"

  begin "$2 first, then $1"
  start receiver "$2" "$queue"
  sleep 0.1
  start sender "$1" "$queue" 500
  finish
  said receiver "$(hellos 500)"
}

# stop_at_work SUBMITTER WORKER: a worker with its first job in hand. False when the job was done
# before it could be stopped.
stop_at_work() {
  begin "$1, $2"
  start victim "$2" work "$queue"
  start submitter "$1" submit "$queue" 1001 1002 1 2 3 4
  until_said victim "started 1001"
  kill -STOP "${started[0]}" 2>/dev/null
  while kill -0 "${started[0]}" 2>/dev/null; do
    grep -q '^State:.*[TZ] (' "/proc/${started[0]}/status" && break # stopped, or at its end
    sleep 0.02
  done
  [[ "$(<"$work/out.victim")" != *done* ]] && return
  kill -9 "${started[@]}" 2>/dev/null
  wait "${started[@]}" 2>/dev/null
  rm -f "/dev/shm/fmmq.$queue"
  return 1
}

# share_work SUBMITTER WORKER: one worker dies with a job in hand.
share_work() {
  local lines
  until stop_at_work "$1" "$2"; do ((SECONDS < 200)) || break; done
  # Until the others are there it stays stopped; so long they leave the job to it.
  start first "$2" work "$queue"
  start second "$2" work "$queue"
  until_said first ready
  until_said second ready
  kill -9 "${started[0]}"
  wait "${started[0]}" 2>/dev/null
  unset 'started[0]'
  finish
  said victim $'ready\nstarted 1001'
  lines=$(cat "$work/out.first" "$work/out.second" | sort)
  [[ "$lines" == "$(printf '%s\n' 'done 1' 'done 1001' 'done 1002' 'done 2' 'done 3' 'done 4' \
    ready ready \
    'started 1' 'started 1001 again' 'started 1002' 'started 2' 'started 3' 'started 4' | sort)" ]] ||
    fail "the workers said: $lines"
}

# speak_to_all SPEAKER LISTENER
speak_to_all() {
  begin "$1, $2"
  start early "$2" listen "$queue" early
  start watcher "$2" watch "$queue"
  start speaker "$1" speak "$queue" 2 one "two words" three
  until_said early ready
  until_said watcher ready
  sleep 0.1
  said early ready # the speaker waits
  start late "$2" listen "$queue" late
  finish
  said early $'ready\none\ntwo words\nthree'
  said late $'ready\none\ntwo words\nthree'
  said watcher $'ready\none\ntwo words\nthree'
}

# share_string SETTER WATCHER
share_string() {
  begin "$1, $2"
  start get "$1" get "$queue"
  wait "${started[0]}" || fail "get"
  said get ""
  start set "$1" set "$queue" "first value"
  wait "${started[1]}" || fail "set"
  start watcher "$2" watch "$queue"
  until_said watcher "first value"
  start set "$1" set "$queue" "second value"
  until_said watcher "second value"
  start get "$2" get "$queue"
  wait "${started[4]}" || fail "get"
  said get "second value"
  start set "$1" set "$queue" ""
  started=("${started[2]}") # the watcher, which ends by that
  finish
  said watcher $'first value\nsecond value'
}

# serve SERVER CLIENT: clients before and after the server's start.
serve() {
  begin "$1, $2"
  start early "$2" "$queue" "asked early"
  start server "$1" "$queue"
  until_said early "ASKED EARLY"
  start one "$2" "$queue" "one more"
  start another "$2" "$queue" "another one"
  until_said one "ONE MORE"
  until_said another "ANOTHER ONE"
  kill -TERM "${started[1]}"
  finish
  said server ""
}

# test_twins ONE OTHER: what the names of the programs end with.
test_twins() {
  send_and_receive "sender$1" "receiver$2"
  speak_to_all "broadcast$1" "broadcast$2"
  share_string "shared_string$1" "shared_string$2"
}

# says_how PROGRAM: called wrongly, it says how to call it.
says_how() {
  title=$1
  "$folder/$1" >"$work/out" 2>"$work/err" && fail "ended with 0"
  grep -q "^usage: ${1%_c}" "$work/err" || fail "does not say how to call it"
}

if [[ -n "$python" ]]; then
  test_twins .py .py
  test_twins .py ""
  test_twins "" .py
  serve asyncio_server.py asyncio_client.py
  serve asyncio_server.py epoll_client
  serve epoll_server asyncio_client.py
  for program in broadcast shared_string asyncio_client; do says_how "$program.py"; done
elif [[ -n "$node" ]]; then
  test_twins .js .js
  test_twins .js ""
  test_twins "" .js
  serve server.js client.js
  serve server.js epoll_client
  serve epoll_server client.js
  for program in broadcast shared_string client; do says_how "$program.js"; done
else
  for one in "" _c; do
    for other in "" _c; do
      test_twins "$one" "$other"
      share_work "work_queue$one" "work_queue$other"
      serve "epoll_server$one" "epoll_client$other"
    done
    for program in broadcast work_queue shared_string epoll_client; do
      says_how "$program$one"
    done
  done
fi

((failures == 0)) || { echo "$failures failures"; exit 1; }
echo "passed"
