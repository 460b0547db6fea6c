"""A program built for 32 bits, next to the others."""

# No g++-multilib, which would drive cross compilers out: lib32stdc++-12-dev and libc6-dev-i386 do.
# Only <asm/...> is not where -m32 looks for it. Sanitizers are left out: their libraries are not
# there for 32 bits.
_COPTS = ["-m32", "-D_FILE_OFFSET_BITS=64", "-idirafter", "/usr/include/x86_64-linux-gnu"]

def _narrow_impl(settings, attr):
    # buildifier: disable=unused-variable
    ignored = (settings, attr)
    return {
        "//command_line_option:copt": _COPTS,
        "//command_line_option:linkopt": ["-m32"],
    }

_narrow = transition(
    implementation = _narrow_impl,
    inputs = [],
    outputs = [
        "//command_line_option:copt",
        "//command_line_option:linkopt",
    ],
)

def _binary32_impl(ctx):
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = program,
        target_file = ctx.attr.binary[0][DefaultInfo].files_to_run.executable,
        is_executable = True,
    )
    return DefaultInfo(executable = program, files = depset([program]))

binary32 = rule(
    implementation = _binary32_impl,
    attrs = {
        "binary": attr.label(cfg = _narrow, mandatory = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    doc = "The cc_binary `binary`, compiled and linked with -m32.",
    executable = True,
)
