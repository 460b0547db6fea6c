"""Dependencies from Debian packages instead of downloads. README.md has the list."""

load("//third_party/debian:abseil_cpp.bzl", "abseil_cpp_repository")

def _files_repository_impl(ctx):
    if ctx.attr.tree:
        tree = ctx.path(ctx.attr.tree)
        if not tree.exists:
            fail("%s is missing: install the Debian package %s" % (tree, ctx.attr.package))
        for entry in tree.readdir():
            ctx.symlink(entry, entry.basename)
    for file, name in ctx.attr.files.items():
        ctx.symlink(file, name)
    for name in ctx.attr.build_files:
        ctx.file(name, "# No targets: the .bzl files here are loaded by name.\n", False)

_files_repository = repository_rule(
    implementation = _files_repository_impl,
    local = True,
    attrs = {
        "build_files": attr.string_list(doc = "packages without targets"),
        "files": attr.label_keyed_string_dict(doc = "our files and their names there"),
        "package": attr.string(doc = "the Debian package that `tree` comes from"),
        "tree": attr.string(doc = "a folder whose entries are part of the repository"),
    },
)

def _files(prefix, names):
    return {Label("//third_party/debian:" + prefix + name): name for name in names}

def _build_file(name):
    return {Label("//third_party/debian:" + name): "BUILD.bazel"}

def _rules_cc(name):
    files = _files("rules_cc/", [
        "cc/cc_binary.bzl",
        "cc/cc_import.bzl",
        "cc/cc_library.bzl",
        "cc/cc_test.bzl",
        "cc/common/cc_common.bzl",
        "cc/common/cc_info.bzl",
        "cc/defs.bzl",
        "cc/find_cc_toolchain.bzl",
        "cc/private/native.bzl",
    ])
    files[Label("//third_party/debian:rules_cc/cc.BUILD")] = "cc/BUILD.bazel"
    _files_repository(
        name = name,
        build_files = ["cc/common/BUILD.bazel", "cc/private/BUILD.bazel"],
        files = files,
    )

# buildifier: disable=unnamed-macro
def fmmq_debian_repositories():
    """Defines each repository that the calling WORKSPACE has not defined yet."""
    known = native.existing_rules()
    for name, path in {
        "bazel_skylib": "/usr/share/bazel/tools/skylib",
        "platforms": "/usr/share/bazel/platforms",
        "rules_java": "/usr/share/bazel/rules/java",
        "rules_proto": "/usr/share/bazel/rules/proto",
    }.items():
        if name not in known:
            native.local_repository(name = name, path = path)
    if "rules_cc" not in known:
        _rules_cc("rules_cc")
    if "abseil-cpp" not in known:
        abseil_cpp_repository(name = "abseil-cpp")
    if "googletest" not in known:
        _files_repository(
            name = "googletest",
            files = _build_file("googletest.BUILD"),
            package = "googletest",
            tree = "/usr/src/googletest",
        )
    for name in ["google_benchmark", "nlohmann_json", "remote_coverage_tools"]:
        if name not in known:
            _files_repository(name = name, files = _build_file(name + ".BUILD"))
