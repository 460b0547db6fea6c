"""The peers that have to be installed: Debian's packages, and what it takes to use them."""

PEERS = {
    "boost": dict(
        copts = ["-fexceptions"],
        defines = ["BENCH_BOOST"],
        packages = ["libboost-dev"],
    ),
    "ck": dict(defines = ["BENCH_CK"], packages = ["libck-dev"]),
    "iceoryx": dict(
        copts = [
            "-fexceptions",
            "-frtti",
            "-isystem/usr/include/iceoryx/v2.0.3",
        ],
        defines = ["BENCH_ICEORYX"],
        linkopts = ["-liceoryx_posh", "-liceoryx_hoofs", "-liceoryx_platform"],
        packages = ["libiceoryx-posh-dev", "iceoryx"],
    ),
    "zeromq": dict(
        defines = ["BENCH_ZEROMQ"],
        linkopts = ["-lzmq"],
        packages = ["libzmq3-dev"],
    ),
}

def of_peers(attribute):
    """What the peers that are installed need.

    Args:
      attribute: "copts", "defines" or "linkopts".

    Returns:
      a list of options.
    """
    options = []
    for peer, needs in PEERS.items():
        options += select({
            ":with_" + peer: needs.get(attribute, []),
            "//conditions:default": [],
        })
    return options
