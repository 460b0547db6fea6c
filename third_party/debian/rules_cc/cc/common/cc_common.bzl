"""cc_common, as Bazel itself has it."""

load("//cc/private:native.bzl", "native_cc_common")  # buildifier: disable=bzl-visibility

cc_common = native_cc_common
