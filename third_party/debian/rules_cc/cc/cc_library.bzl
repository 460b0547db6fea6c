"""cc_library, as Bazel itself has it."""

cc_library = native.cc_library
