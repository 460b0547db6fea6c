#!/bin/bash
# Builds all fuzz targets the way that ClusterFuzzLite and OSS-Fuzz ask for, without Bazel. Their
# base builder sets CXX, CXXFLAGS, LIB_FUZZING_ENGINE, SRC (fmmq is in $SRC/fmmq), OUT and WORK. For
# each target X it makes $OUT/X, $OUT/X_seed_corpus.zip and $OUT/X.options.
set -euo pipefail
cd "$SRC/fmmq"
work=${WORK:-$(mktemp -d)}/fmmq
rm -rf "$work"
mkdir -p "$work" "$OUT"

# sources KEY: what fmmq/sources.json lists there.
sources() {
  python3 -c 'import json, sys
print("\n".join(json.load(open("fmmq/sources.json"))[sys.argv[1]][sys.argv[2]]))' "$@"
}
mapfile -t core < <(sources c sources)
flags="-std=c++17 -D_FILE_OFFSET_BITS=64 -fno-exceptions -fno-rtti"

# compile FOLDER ROOT SOURCE...: sources below ROOT to objects in FOLDER.
compile() {
  local folder=$work/$1 root=$2
  shift 2
  mkdir -p "$folder"
  printf '%s\n' "$@" | folder=$folder root=$root flags=$flags xargs -P"$(nproc)" -I{} sh -euc '
    $CXX $CXXFLAGS $flags -I"$root" -I. -c "$root/{}" -o "$folder/$(echo "{}" | tr / _).o"'
}

# The core of double_fetch has words of its own: see fuzz/watched_words.bzl.
watch_words() {
  mkdir "$work/watched"
  cp -r fmmq "$work/watched/"
  python3 - "$work/watched" <<'END'
import runpy, sys
name, old, new = runpy.run_path("fuzz/watched_words.bzl")["WATCHED_WORDS"]
path = sys.argv[1] + "/" + name
text = open(path).read()
assert text.count(old) == 1, name
open(path, "w").write(text.replace(old, new))
END
}

export CXX CXXFLAGS
compile core . "${core[@]}"
compile support . fuzz/support/*.cc
watch_words
compile watched "$work/watched" "${core[@]}"

for source in fuzz/*.cc; do
  target=$(basename "$source" .cc)
  [[ "$target" != replay_main ]] || continue
  objects=$work/core
  [[ "$target" != double_fetch ]] || objects=$work/watched
  compile targets . "$source"
  $CXX $CXXFLAGS "$work/targets/fuzz_$target.cc.o" "$work"/support/*.o "$objects"/*.o \
    $LIB_FUZZING_ENGINE -lpthread -o "$OUT/$target"
  python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip" fuzz/corpus/"$target"/*
  printf '[libfuzzer]\nmax_len = 1024\ntimeout = 20\n' >"$OUT/$target.options"
  echo "built $target"
done
