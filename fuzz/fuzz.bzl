"""Fuzz targets: one source, two programs; and the same with a defect planted in the core."""

load("@rules_cc//cc:cc_binary.bzl", "cc_binary")
load("@rules_cc//cc:cc_library.bzl", "cc_library")
load("@rules_cc//cc:cc_test.bzl", "cc_test")
load("//tests/defects:defects.bzl", "planted_defect")

def cc_fuzz_test(name, srcs, deps = [], core = "//fmmq", with_c = False, corpus = None, **kwargs):
    """Declares `name`, a test that replays the corpus, and `name`_bin, which fuzzes.

    bazel test //fuzz:<name>
    bazel run --config=fuzz //fuzz:<name>_bin -- -max_total_time=60

    Args:
      name: the target's name; its corpus is corpus/<name>/.
      srcs: one source that defines LLVMFuzzerTestOneInput.
      deps: as for cc_test, without the core: the headers are there.
      core: what to link as the core.
      with_c: whether the target is for the C API; `core` then has it.
      corpus: files to replay; by default all of corpus/<name>/.
      **kwargs: as for cc_test.
    """
    if corpus == None:
        corpus = native.glob(["corpus/%s/**" % name])

    # The objects go in whole, before the core's: nothing names the entry point.
    cc_library(
        name = name + "_target",
        testonly = True,
        srcs = srcs,
        alwayslink = True,
        deps = deps + ["//tests/defects:headers_with_c" if with_c else "//tests/defects:headers"],
    )
    cc_test(
        name = name,
        srcs = ["replay_main.cc"],
        args = ["$(rootpaths :%s_corpus)" % name],
        data = [":%s_corpus" % name],
        deps = [":%s_target" % name, core],
        **kwargs
    )
    native.filegroup(name = name + "_corpus", srcs = corpus)
    _fuzzer(name + "_bin", [":%s_target" % name, core])

def fuzz_defect(name, target, file, old, new, **kwargs):
    """A program that fuzzes `target` with a defect in the core: it must find that. See README.md.

    Args:
      name: the program's name.
      target: the fuzz target.
      file: as for planted_defect.
      old: as for planted_defect.
      new: as for planted_defect.
      **kwargs: as for planted_defect.
    """
    planted_defect(
        name = name + "_core",
        file = file,
        new = new,
        old = old,
        tags = ["manual"],
        **kwargs
    )
    _fuzzer(name, [":%s_target" % target, ":%s_core" % name], tags = ["manual"])

def _fuzzer(name, deps, tags = []):
    cc_binary(
        name = name,
        testonly = True,
        srcs = select({
            "//fuzz:libfuzzer": [],
            "//conditions:default": ["replay_main.cc"],
        }),
        linkopts = select({
            "//fuzz:libfuzzer": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        tags = tags,
        deps = deps,
    )
