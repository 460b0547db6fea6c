"""Fuzz targets: one source, two programs."""

load("@rules_cc//cc:cc_binary.bzl", "cc_binary")
load("@rules_cc//cc:cc_test.bzl", "cc_test")

def cc_fuzz_test(name, srcs, deps = [], corpus = None, **kwargs):
    """Declares `name`, a test that replays the corpus, and `name`_bin, which fuzzes.

    bazel test //fuzz:<name>
    bazel run --config=fuzz //fuzz:<name>_bin -- -max_total_time=60

    Args:
      name: the target's name; its corpus is corpus/<name>/.
      srcs: one source that defines LLVMFuzzerTestOneInput.
      deps: as for cc_test.
      corpus: files to replay; by default all of corpus/<name>/.
      **kwargs: as for cc_test.
    """
    if corpus == None:
        corpus = native.glob(["corpus/%s/**" % name])
    cc_test(
        name = name,
        srcs = srcs + ["replay_main.cc"],
        args = ["$(rootpaths :%s_corpus)" % name],
        data = [":%s_corpus" % name],
        deps = deps,
        **kwargs
    )
    native.filegroup(name = name + "_corpus", srcs = corpus)
    cc_binary(
        name = name + "_bin",
        testonly = True,
        srcs = srcs + select({
            "//fuzz:libfuzzer": [],
            "//conditions:default": ["replay_main.cc"],
        }),
        linkopts = select({
            "//fuzz:libfuzzer": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps,
    )
