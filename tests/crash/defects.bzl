"""A test that the harness finds what is planted."""

load("@rules_cc//cc:cc_binary.bzl", "cc_binary")
load("@rules_cc//cc:cc_test.bzl", "cc_test")
load("//tests/defects:defects.bzl", "planted_defect")
load(":defects_list.bzl", "DEFECTS")

def crash_defects_test(name, **kwargs):
    """A test that runs the harness on each defect, and fails where nothing is found.

    Args:
      name: the target's name.
      **kwargs: as for cc_test.
    """
    arguments = []
    programs = []
    for defect in DEFECTS:
        core = "core_with_" + defect["name"]
        program = "crash_with_" + defect["name"]
        planted_defect(
            name = core,
            file = defect["file"],
            new = defect["new"],
            old = defect["old"],
        )
        cc_binary(
            name = program,
            testonly = True,
            linkopts = ["-Wl,-z,now"],
            deps = [
                ":harness",
                ":" + core,
            ],
        )
        programs.append(":" + program)
        for part in [defect["rule"], defect["at"], "$(rootpath :%s)" % program]:
            arguments.append("'%s'" % part.replace("'", "'\\''"))
    cc_test(
        name = name,
        srcs = ["defects_test.cc"],
        args = arguments,
        data = programs,
        **kwargs
    )
