"""Abseil from libabsl-dev, under the labels that it has everywhere else.

Headers are in /usr/include, where the compiler looks anyway. What a target must link comes from
its pkg-config file; a target of headers alone links nothing. Libraries are linked statically, so
that a program runs where Abseil is not installed.
"""

# Package to public targets, as in Abseil 20220623. A target's pkg-config name is absl_<target>.
_TARGETS = {
    "algorithm": ["algorithm", "container"],
    "base": [
        "base",
        "config",
        "core_headers",
        "dynamic_annotations",
        "log_severity",
        "prefetch",
    ],
    "cleanup": ["cleanup"],
    "container": [
        "btree",
        "fixed_array",
        "flat_hash_map",
        "flat_hash_set",
        "inlined_vector",
        "node_hash_map",
        "node_hash_set",
    ],
    "debugging": ["failure_signal_handler", "leak_check", "stacktrace", "symbolize"],
    "flags": [
        "commandlineflag",
        "config",
        "flag",
        "marshalling",
        "parse",
        "reflection",
        "usage",
    ],
    "functional": ["any_invocable", "bind_front", "function_ref"],
    "hash": ["hash"],
    "memory": ["memory"],
    "meta": ["type_traits"],
    "numeric": ["bits", "int128"],
    "random": ["bit_gen_ref", "distributions", "random", "seed_sequences"],
    "status": ["status", "statusor"],
    "strings": ["cord", "str_format", "strings"],
    "synchronization": ["synchronization"],
    "time": ["time"],
    "types": ["any", "compare", "optional", "span", "variant"],
    "utility": ["utility"],
}

# Where the pkg-config name is another one.
_PKG_CONFIG_NAMES = {
    "algorithm:container": "absl_algorithm_container",
    "flags:commandlineflag": "absl_flags_commandlineflag",
    "flags:config": "absl_flags_config",
    "flags:flag": "absl_flags",
    "flags:marshalling": "absl_flags_marshalling",
    "flags:parse": "absl_flags_parse",
    "flags:reflection": "absl_flags_reflection",
    "flags:usage": "absl_flags_usage",
    "random:bit_gen_ref": "absl_random_bit_gen_ref",
    "random:distributions": "absl_random_distributions",
    "random:random": "absl_random_random",
    "random:seed_sequences": "absl_random_seed_sequences",
}

_TARGET = """
cc_library(
    name = "{name}",
    linkopts = {linkopts},
)
"""

_PACKAGE = """load("@rules_cc//cc:cc_library.bzl", "cc_library")

package(default_visibility = ["//visibility:public"])
"""

def _static(option):
    if option.startswith("-labsl_"):
        return "-l:lib" + option[2:] + ".a"
    return option

def _linkopts(ctx, package, target):
    name = _PKG_CONFIG_NAMES.get(package + ":" + target, "absl_" + target)
    result = ctx.execute(["pkg-config", "--libs", name])
    if result.return_code != 0:
        fail("pkg-config --libs %s failed: %s. Install libabsl-dev and pkg-config." %
             (name, result.stderr))
    options = [option for option in result.stdout.strip().split(" ") if option]
    if not [option for option in options if option.startswith("-labsl_")]:
        return []
    return [_static(option) for option in options]

def _abseil_cpp_repository_impl(ctx):
    for package in _TARGETS:
        content = _PACKAGE
        for target in _TARGETS[package]:
            content += _TARGET.format(
                name = target,
                linkopts = repr(_linkopts(ctx, package, target)),
            )
        ctx.file("absl/%s/BUILD.bazel" % package, content, executable = False)

abseil_cpp_repository = repository_rule(
    implementation = _abseil_cpp_repository_impl,
    doc = "Abseil as Debian packages it.",
)
