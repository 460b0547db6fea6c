"""cc_binary, as Bazel itself has it."""

cc_binary = native.cc_binary
