"""cc_archive: the whole of one repository's libraries as one archive, for other build systems."""

load(
    "@rules_cc//cc:find_cc_toolchain.bzl",
    "CC_TOOLCHAIN_ATTRS",
    "find_cc_toolchain",
    "use_cc_toolchain",
)
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")

_PKG_CONFIG = """prefix=${{pcfiledir}}
libdir=${{prefix}}
includedir=${{prefix}}/include

Name: {name}
Description: {description}
Version: {version}
Libs: -L${{libdir}} -l{name}
Cflags: {include_flags}
"""

def _objects(ctx):
    """Objects of this repository's libraries among the dependencies, each once."""
    objects = []
    seen = {}
    for dep in ctx.attr.deps:
        for linker_input in dep[CcInfo].linking_context.linker_inputs.to_list():
            if linker_input.owner.workspace_name != ctx.label.workspace_name:
                continue
            for library in linker_input.libraries:
                for object in library.pic_objects or library.objects or []:
                    if object.path not in seen:
                        seen[object.path] = True
                        objects.append(object)
    if not objects:
        fail("no objects: none of the dependencies has sources in this repository")
    return objects

def _archive(ctx):
    toolchain = find_cc_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    archiver = cc_common.get_tool_for_action(
        feature_configuration = features,
        action_name = "c++-link-static-library",
    )
    objects = _objects(ctx)
    archive = ctx.actions.declare_file("lib%s.a" % ctx.attr.library)

    # q appends without looking at names: two folders may each have an object of one name.
    # D leaves out dates and owners, so that equal objects make equal archives.
    arguments = ctx.actions.args()
    arguments.add("qcsD", archive)
    arguments.add_all(objects)
    ctx.actions.run(
        executable = archiver,
        arguments = [arguments],
        inputs = depset(objects, transitive = [toolchain.all_files]),
        outputs = [archive],
        mnemonic = "CcArchive",
        progress_message = "Archiving %s" % archive.short_path,
    )
    return archive

def _header(ctx, header):
    name = header.short_path
    if name.startswith("../"):
        name = name.split("/", 2)[2]
    copy = ctx.actions.declare_file("include/" + name)
    ctx.actions.expand_template(template = header, output = copy, substitutions = {})
    return copy

def _cc_archive_impl(ctx):
    pkg_config = ctx.actions.declare_file(ctx.attr.library + ".pc")
    ctx.actions.write(pkg_config, _PKG_CONFIG.format(
        name = ctx.attr.library,
        description = ctx.attr.description,
        version = ctx.attr.version,
        include_flags = " ".join([
            "-I${includedir}" + folder
            for folder in [""] + ["/" + folder for folder in ctx.attr.include_folders]
        ]),
    ))
    outputs = [_archive(ctx), pkg_config] + [_header(ctx, header) for header in ctx.files.hdrs]
    return [DefaultInfo(files = depset(outputs))]

cc_archive = rule(
    implementation = _cc_archive_impl,
    doc = """Makes lib<library>.a, include/... and <library>.pc.

The archive holds the objects of every library in `deps` and below that belongs to the same
repository; other repositories' libraries are left out.
""",
    attrs = dict(
        CC_TOOLCHAIN_ATTRS,
        deps = attr.label_list(providers = [CcInfo], mandatory = True),
        description = attr.string(mandatory = True, doc = "one line for pkg-config"),
        hdrs = attr.label_list(allow_files = [".h"], doc = "copied below include/"),
        include_folders = attr.string_list(doc = "of hdrs, on the include path besides the root"),
        library = attr.string(mandatory = True, doc = "the name that -l takes"),
        version = attr.string(mandatory = True),
    ),
    fragments = ["cpp"],
    toolchains = use_cc_toolchain(),
)
