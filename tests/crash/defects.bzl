"""The defects that tests/crash must find: each breaks one rule of the protocol."""

load("@rules_cc//cc:cc_binary.bzl", "cc_binary")
load("@rules_cc//cc:cc_test.bzl", "cc_test")
load("//tests/defects:defects.bzl", "planted_defect")

_WRITER = "fmmq/ring/writer.h"

# rule: what is broken. rows: the operation, and perhaps "|" and the state, at which to look.
DEFECTS = [
    dict(
        name = "commit_before_copy",
        rule = "a write publishes what is there already",
        rows = "write|several blocks",
        file = "fmmq/queue/producer.cc",
        old = """  s.writer.CopyIn(s.writer.begin(), message);
  s.writer.PublishMessage(s.writer.begin(), message.size());
  s.Count""",
        new = """  s.writer.PublishMessage(s.writer.begin(), message.size());
  s.writer.CopyIn(s.writer.begin(), message);
  s.Count""",
    ),
    dict(
        name = "intent_after_cas",
        rule = "intent first, then head",
        rows = "meet: write, repair",
        file = _WRITER,
        old = """      StoreIntent(head, blocks, batch);
      if (view_.control->head.compare_exchange_strong(head, head + blocks,
                                                      std::memory_order_acq_rel,  // E2, E8
                                                      std::memory_order_relaxed)) {
""",
        new = """      if (view_.control->head.compare_exchange_strong(head, head + blocks,
                                                      std::memory_order_acq_rel,
                                                      std::memory_order_relaxed)) {
        StoreIntent(head, blocks, batch);
""",
    ),
]

def crash_defects_test(name, **kwargs):
    """A test that runs the harness on each defect, and fails where nothing is found.

    Args:
      name: the target's name.
      **kwargs: as for cc_test.
    """
    arguments = []
    programs = []
    for defect in DEFECTS:
        planted_defect(
            name = "core_with_" + defect["name"],
            file = defect["file"],
            new = defect["new"],
            old = defect["old"],
        )
        program = "crash_with_" + defect["name"]
        cc_binary(
            name = program,
            testonly = True,
            linkopts = ["-Wl,-z,now"],
            deps = [
                ":harness",
                ":core_with_" + defect["name"],
            ],
        )
        programs.append(":" + program)
        for part in [defect["rule"], defect["rows"], "$(rootpath :%s)" % program]:
            arguments.append("'%s'" % part)
    cc_test(
        name = name,
        srcs = ["defects_test.cc"],
        args = arguments,
        data = programs,
        **kwargs
    )
