/* Programs for FastMmapMQ include "fastmmapmq.h" or, from a folder above, "src/fastmmapmq.h". */
#include "../fastmmapmq.h" /* IWYU pragma: export */
