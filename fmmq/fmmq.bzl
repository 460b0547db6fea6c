"""How the libraries of fmmq are compiled."""

load("@rules_cc//cc:cc_library.bzl", "cc_library")

FMMQ_VERSION = "0.1.0"

# What holds in anyone's build, whatever their own options are. Exceptions and RTTI would bring
# __cxa_* and typeinfo into the archive; position-independent code lets it go into shared objects.
# Unwind tables would be a fifth of its size; nothing is ever thrown through it.
FMMQ_COPTS = [
    "-std=c++17",
    "-D_FILE_OFFSET_BITS=64",
    "-fPIC",
    "-ffunction-sections",
    "-fdata-sections",
    "-fno-exceptions",
    "-fno-rtti",
    "-fno-asynchronous-unwind-tables",
    "-fomit-frame-pointer",
    "-fvisibility=hidden",
    "-fvisibility-inlines-hidden",
]

def fmmq_library(name, **kwargs):
    """A cc_library of the core. Code includes its headers as "fmmq/<folder>/<file>.h".

    Args:
      name: the target's name.
      **kwargs: as for cc_library; `copts` come after FMMQ_COPTS.
    """
    cc_library(
        name = name,
        copts = FMMQ_COPTS + kwargs.pop("copts", []),
        linkstatic = True,
        **kwargs
    )
