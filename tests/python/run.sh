# Runs the tests of the Python package, or some of them, with Debian's Python.
# usage: run.sh FOLDER_OF_THE_PACKAGE ALLOCATOR [MODULE...]
# ALLOCATOR: what PYTHONMALLOC takes: default, debug, malloc.
set -euo pipefail
package=$(cd "$1" && pwd)
allocator=$2
shift 2
cd "$(dirname "$0")"
export PYTHONPATH="$package:$PWD" PYTHONDONTWRITEBYTECODE=1 PYTHONFAULTHANDLER=1
export PYTHONMALLOC=$allocator
if (($# == 0)); then
  set -- test_*.py
  set -- "${@%.py}"
fi
# -P: neither the current folder nor the script's is on the path.
exec /usr/bin/python3 -P -W error -m unittest -v "$@"
