"""How a rule gets the C++ toolchain."""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

CC_TOOLCHAIN_ATTRS = {
    "_cc_toolchain": attr.label(default = Label("//cc:current_cc_toolchain")),
}

def find_cc_toolchain(ctx):
    return find_cpp_toolchain(ctx)

def use_cc_toolchain():
    return ["@bazel_tools//tools/cpp:toolchain_type"]
