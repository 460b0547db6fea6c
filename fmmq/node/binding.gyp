{
  "targets": [
    {
      "target_name": "fmmq",
      "sources": [
        "src/addon.c",
        "src/bell.c",
        "src/looking.c",
        "src/queue.c",
        "src/reading.c",
        "src/writing.c",
        "<!@(node core.js files c)"
      ],
      "include_dirs": ["<!@(node core.js include)"],
      "defines": ["NAPI_VERSION=8", "_GNU_SOURCE"],
      "cflags": ["-O2", "-fvisibility=hidden"],
      "cflags_c": ["-std=c11"],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["<!@(node core.js flags)"]
    }
  ]
}
