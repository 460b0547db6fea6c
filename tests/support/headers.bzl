"""One source for each header, to see whether headers stand alone."""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")

# Each includes its header twice: a missing guard shows as well.
_COMMAND = """
directory=$1
shift
mkdir -p "$directory"
for header; do
  printf '#include "%s"\\n#include "%s"\\n' "$header" "$header" \\
    > "$directory/$(echo "${header%.h}" | tr / _).cc"
done
"""

def _header_sources_impl(ctx):
    contexts = [dep[CcInfo].compilation_context for dep in ctx.attr.deps]
    headers = depset(transitive = [context.headers for context in contexts]).to_list()
    names = [header.short_path for header in headers if header.short_path.startswith("fmmq/")]
    if not names:
        fail("no headers")
    directory = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run_shell(
        outputs = [directory],
        command = _COMMAND,
        arguments = [directory.path] + names,
    )
    return [DefaultInfo(files = depset([directory]))]

header_sources = rule(
    doc = "A directory of sources, one for each header of the libraries and of all beneath them.",
    implementation = _header_sources_impl,
    attrs = {"deps": attr.label_list(providers = [CcInfo])},
)
