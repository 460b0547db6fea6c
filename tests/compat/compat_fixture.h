// What tests of the predecessor's functions share.
#ifndef FMMQ_TESTS_COMPAT_COMPAT_FIXTURE_H_
#define FMMQ_TESTS_COMPAT_COMPAT_FIXTURE_H_

#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

#include "fastmmapmq.h"
#include "gtest/gtest.h"
#include "tests/support/names.h"

namespace fmmq::test {

// The functions take texts that they do not change as char*.
inline int Create(std::string id, std::string permissions = "rwx------") {
  return fastmmapmq_createmmap(id.data(), permissions.data(), 1);
}
inline int Connect(std::string program, std::string id) {
  return fastmmapmq_connectmmap(program.data(), id.data());
}
inline int Write(int queue, std::string text) { return fastmmapmq_writemmap(queue, text.data()); }
inline std::string Owned(char* text) {
  std::string copy = text != nullptr ? text : "no memory";
  std::free(text);
  return copy;
}
inline std::string Read(int queue, int mode) { return Owned(fastmmapmq_readmmap(queue, mode)); }
inline std::string GetString(int queue) { return Owned(fastmmapmq_getsharedstring(queue)); }
inline int SetString(int queue, std::string text) {
  return fastmmapmq_writesharedstring(queue, text.data());
}

// Connects to a queue of this very process.
inline int ConnectHere(const std::string& id) { return Connect("compat", id); }

// "a b c " to its words.
inline std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> words;
  size_t begin = 0;
  for (size_t end; (end = text.find(' ', begin)) != std::string::npos; begin = end + 1) {
    words.push_back(text.substr(begin, end - begin));
  }
  EXPECT_EQ(begin, text.size()) << "something stands behind the last space";
  return words;
}

// The call says -1 and sets errno.
#define EXPECT_REFUSED(call, error)                                   \
  do {                                                                \
    errno = 0;                                                        \
    EXPECT_EQ((call), -1);                                            \
    EXPECT_EQ(errno, error) << #call << ": " << std::strerror(errno); \
  } while (false)
// The call says "" and sets errno.
#define EXPECT_NO_TEXT(call, error)                                   \
  do {                                                                \
    errno = 0;                                                        \
    EXPECT_EQ((call), "");                                            \
    EXPECT_EQ(errno, error) << #call << ": " << std::strerror(errno); \
  } while (false)

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_COMPAT_COMPAT_FIXTURE_H_
