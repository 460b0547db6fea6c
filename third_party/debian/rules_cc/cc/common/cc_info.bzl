"""CcInfo, as Bazel itself has it."""

load("//cc/private:native.bzl", "NativeCcInfo")  # buildifier: disable=bzl-visibility

CcInfo = NativeCcInfo
