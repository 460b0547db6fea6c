// The C++ library's own std::string code is not instrumented, and MemorySanitizer would take what
// it writes for unwritten: here it is compiled along.
#include <string>

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
template class std::basic_string<char>;
#endif
#endif
