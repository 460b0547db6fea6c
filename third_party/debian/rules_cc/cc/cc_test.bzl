"""cc_test, as Bazel itself has it."""

cc_test = native.cc_test
