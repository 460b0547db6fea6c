#!/bin/bash
# Workers of 32 and of 64 bits at one queue. A kernel that runs no 32-bit programs is not tested.
set -euo pipefail
stress=$1
worker32=$2
shift 2

status=0
"$worker32" --help >/dev/null || status=$?
if ((status == 126)); then  # ENOEXEC
  echo "SKIPPED: this kernel runs no 32-bit programs"
  exit 0
fi
"$stress" --worker32="$worker32" "$@"
