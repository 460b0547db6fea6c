"""The core compiled again for tests: as it is, and with a defect planted in it. See README.md."""

load("@rules_cc//cc:cc_library.bzl", "cc_library")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("//fmmq:fmmq.bzl", "FMMQ_COPTS")

# As the archive is shipped: what is killed and broken here is what users run.
_COPTS = FMMQ_COPTS + ["-O2", "-DNDEBUG"]

_CORE = "//fmmq"

_SourcesInfo = provider(doc = "A library's files.", fields = {"files": "depset of them"})

def _collect_impl(_target, ctx):
    direct = []
    for attribute in ["srcs", "hdrs"]:
        for label in getattr(ctx.rule.attr, attribute, []):
            direct += [file for file in label.files.to_list() if file.is_source]
    below = [dep[_SourcesInfo].files for dep in getattr(ctx.rule.attr, "deps", [])]
    return [_SourcesInfo(files = depset(direct, transitive = below))]

_collect = aspect(implementation = _collect_impl, attr_aspects = ["deps"])

def _core_sources_impl(ctx):
    files = ctx.attr.core[_SourcesInfo].files.to_list()
    patches = [
        struct(file = file, old = old, new = new)
        for file, old, new in zip(ctx.attr.patched, ctx.attr.old, ctx.attr.new)
    ]
    named = {}
    for file in files:
        if "fmmq/" in file.short_path:
            named[file.short_path[file.short_path.index("fmmq/"):]] = file.path
    parameters = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(parameters, json.encode(struct(files = named, patches = patches)))
    directory = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run_shell(
        inputs = files + [parameters, ctx.file._amalgamate],
        outputs = [directory],
        command = "/usr/bin/python3 $1 $2 $3",
        arguments = [ctx.file._amalgamate.path, directory.path, parameters.path],
        mnemonic = "CoreSources",
    )
    return [DefaultInfo(files = depset([directory]))]

_core_sources = rule(
    doc = "A directory of the core's sources, perhaps with texts replaced.",
    implementation = _core_sources_impl,
    attrs = {
        "core": attr.label(aspects = [_collect], mandatory = True),
        # The first of `old` is in the first of `patched`, and so on.
        "new": attr.string_list(),
        "old": attr.string_list(),
        "patched": attr.string_list(),
        "_amalgamate": attr.label(
            allow_single_file = True,
            default = "//tests/defects:amalgamate.py",
        ),
    },
)

def _core_headers_impl(ctx):
    return [CcInfo(compilation_context = ctx.attr.core[CcInfo].compilation_context)]

core_headers = rule(
    doc = "The core's headers without its objects: for what is linked with a variant of the core.",
    implementation = _core_headers_impl,
    attrs = {"core": attr.label(providers = [CcInfo], default = _CORE)},
)

def core_under_test(name, core = _CORE, **kwargs):
    """A cc_library: the core as it is shipped, whatever the compilation mode.

    Args:
      name: the target's name.
      core: what counts as the core, with all that it depends on.
      **kwargs: as for cc_library.
    """
    _core_sources(name = name + "_sources", testonly = True, core = core)
    cc_library(
        name = name,
        testonly = True,
        srcs = [":%s_sources" % name],
        copts = _COPTS,
        features = ["-layering_check"],
        linkstatic = True,
        **kwargs
    )

def planted_defect(name, file, old, new, also = [], deps = [], with_c = False, **kwargs):
    """A cc_library: the core with one text replaced. Link it instead of //fmmq.

    Args:
      name: the target's name.
      file: one of the core's files, as "fmmq/ring/writer.h".
      old: a text of that file, which must be in it exactly once, or the build fails.
      new: what stands there instead.
      also: other texts to replace, each (file, old, new).
      deps: what the new text includes.
      with_c: whether the C API counts as the core, too.
      **kwargs: as for cc_library.
    """
    patches = [(file, old, new)] + also
    _core_sources(
        name = name + "_sources",
        testonly = True,
        core = _CORE + "/c" if with_c else _CORE,
        new = [patch[2] for patch in patches],
        old = [patch[1] for patch in patches],
        patched = [patch[0] for patch in patches],
    )
    cc_library(
        name = name,
        testonly = True,
        srcs = [":%s_sources" % name],
        # Other warnings than before may come with the defect.
        copts = _COPTS + ["-w"],
        features = ["-layering_check"],
        # See amalgamate.py.
        linkopts = ["-Wl,-u,fmmq_planted_defect"],
        linkstatic = True,
        deps = ["//tests/defects:core_with_c" if with_c else "//tests/defects:core"] + deps,
        **kwargs
    )
