# Runs the tests of the Python package, or one of them, with Debian's Python.
# usage: run.sh FOLDER_OF_THE_PACKAGE MODULE... (no module: all)
set -euo pipefail
package=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")"
export PYTHONPATH="$package:$PWD" PYTHONDONTWRITEBYTECODE=1 PYTHONFAULTHANDLER=1
if (($# == 0)); then
  set -- test_*.py
  set -- "${@%.py}"
fi
exec /usr/bin/python3 -P -X dev -W error -m unittest -v "$@"
