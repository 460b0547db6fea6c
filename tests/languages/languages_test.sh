# Each peer sends to each, itself included.
# usage: languages_test.sh LANGUAGE=PROGRAM...
# Programs: peer of C or C++; peer.js and peer.py run in their interpreters, with the packages that
# lie in fmmq/node and fmmq/python.
set -uo pipefail

work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/fmmq-XXXXXX")
queue=languages-$$-$RANDOM$RANDOM
trap 'kill -9 $(jobs -p) 2>/dev/null; rm -rf "$work" /dev/shm/fmmq."$queue"*' EXIT
count=1500
failures=0
pairs=0

declare -A programs
for peer in "$@"; do programs[${peer%%=*}]=${peer#*=}; done
if [[ -n "${programs[node]:-}" ]]; then
  bash tests/node/assemble fmmq/node "$work/fmmq" || exit 1
  export FMMQ_PACKAGE=$work/fmmq
fi
export PYTHONPATH=$PWD/fmmq/python PYTHONDONTWRITEBYTECODE=1

# run LANGUAGE ARGUMENT...
run() {
  local -a program=("${programs[$1]}")
  case "$1" in
    node) program=(node "${program[@]}") ;;
    python) program=(/usr/bin/python3 -P "${program[@]}") ;;
  esac
  timeout 120 "${program[@]}" "${@:2}"
}

# What all have to say: worked out by the first peer, and never 0 bytes.
run "${1%%=*}" send "$queue-sum" 20 7 >"$work/sum" || { cat "$work/sum"; exit 1; }
rm -f /dev/shm/fmmq."$queue-sum"
grep -qE '^20 messages, [1-9][0-9]+ bytes$' "$work/sum" || { echo "FAILED: no bytes"; exit 1; }

# try SENDER RECEIVER: whoever comes first creates the queue.
try() {
  local name=$queue-$1-$2 seed=$((++pairs * 1000003)) sender receiver
  run "$2" receive "$name" "$count" "$seed" >"$work/received" 2>"$work/complaints" &
  receiver=$!
  ((pairs % 2)) && sleep 0.2
  run "$1" send "$name" "$count" "$seed" >"$work/sent" 2>>"$work/complaints" &
  sender=$!
  if wait "$sender" && wait "$receiver" && cmp "$work/sent" "$work/received" &&
    grep -qE "^$count messages, [0-9]{7,} bytes\$" "$work/received"; then
    echo "$1 to $2: $(<"$work/received")"
  else
    echo "FAILED: $1 to $2: $(cat "$work/sent" "$work/received" "$work/complaints")"
    failures=$((failures + 1))
    kill -9 "$sender" "$receiver" 2>/dev/null
  fi
  rm -f "/dev/shm/fmmq.$name"
}

for sender in "${!programs[@]}"; do
  for receiver in "${!programs[@]}"; do try "$sender" "$receiver"; done
done
# A receiver that expects other bytes has to notice: else all of the above says nothing.
for receiver in "${!programs[@]}"; do
  run "${1%%=*}" send "$queue-other" 20 1 >/dev/null
  if run "$receiver" receive "$queue-other" 20 2 >/dev/null 2>&1; then
    echo "FAILED: $receiver takes anything"
    failures=$((failures + 1))
  fi
  rm -f "/dev/shm/fmmq.$queue-other"
done

echo "$pairs pairs, $failures failures"
((failures == 0 && pairs == $# * $#))
