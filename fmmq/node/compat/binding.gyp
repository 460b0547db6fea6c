{
  "variables": {
    # In a package that was packed, the script is in the folder `core`.
    "core": "<!(node -p \"require('fs').existsSync('../core.js') ? '../core.js' : './core/core.js'\")"
  },
  "targets": [
    {
      "target_name": "fastmmapmq",
      "sources": [
        "src/fastmmapmq_node.c",
        "<!@(node <(core) files c compat)"
      ],
      "include_dirs": ["<!@(node <(core) include)"],
      "defines": ["NAPI_VERSION=8"],
      "cflags": ["-O2", "-fvisibility=hidden"],
      "cflags_c": ["-std=c11"],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["<!@(node <(core) flags)"]
    }
  ]
}
