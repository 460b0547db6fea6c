# Runs tests of the Node packages with Node's own test runner.
# usage: run.sh FOLDER_OF_THE_PACKAGE TEST...
set -euo pipefail
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/fmmq-XXXXXX")
trap 'rm -rf "$work"' EXIT
folder=$(dirname "$0")
bash "$folder/assemble" "$1" "$work/fmmq"
shift
export FMMQ_PACKAGE=$work/fmmq
cd "$folder"
node --test "$@"
