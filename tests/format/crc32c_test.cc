#include "fmmq/format/crc32c.h"

#include <string>

#include "gtest/gtest.h"

namespace fmmq::format {
namespace {

uint32_t Of(const std::string& bytes) { return Crc32c(bytes.data(), bytes.size()); }

// RFC 3720, appendix B.4, and the check value that every catalogue of CRCs gives.
TEST(Crc32cTest, KnownVectors) {
  EXPECT_EQ(Of(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(Of(std::string(32, '\xff')), 0x62a8ab43u);
  std::string rising;
  std::string falling;
  for (char i = 0; i < 32; ++i) rising += i;
  for (char i = 31; i >= 0; --i) falling += i;
  EXPECT_EQ(Of(rising), 0x46dd794eu);
  EXPECT_EQ(Of(falling), 0x113fdb5cu);
  EXPECT_EQ(Of("123456789"), 0xe3069283u);
}

TEST(Crc32cTest, NothingIsZero) { EXPECT_EQ(Of(""), 0u); }

}  // namespace
}  // namespace fmmq::format
