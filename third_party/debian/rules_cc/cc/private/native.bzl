"""Names for what is built into Bazel: a file cannot export a name that it also reads."""

native_cc_common = cc_common  # buildifier: disable=native-cc-common
NativeCcInfo = CcInfo  # buildifier: disable=native-cc-info
