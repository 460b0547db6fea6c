"""cc_import, as Bazel itself has it."""

cc_import = native.cc_import
