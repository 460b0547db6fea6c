#include "tools/text.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

namespace fmmq::tools {
namespace {

TEST(TextTest, GroupsDigits) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(1234567), "1,234,567");
  EXPECT_EQ(Grouped(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(TextTest, Counts) {
  EXPECT_EQ(Counted(0, "message"), "0 messages");
  EXPECT_EQ(Counted(1, "message"), "1 message");
  EXPECT_EQ(Counted(2000, "message"), "2,000 messages");
}

TEST(TextTest, SizesForPeople) {
  EXPECT_EQ(HumanBytes(0), "0 bytes");
  EXPECT_EQ(HumanBytes(1), "1 byte");
  EXPECT_EQ(HumanBytes(1023), "1,023 bytes");
  EXPECT_EQ(HumanBytes(1024), "1 KiB");
  EXPECT_EQ(HumanBytes(1536), "1.5 KiB");
  EXPECT_EQ(HumanBytes(uint64_t{4} << 30), "4 GiB");
  EXPECT_EQ(HumanBytes(UINT64_MAX), "16777216 TiB");
}

TEST(TextTest, EscapesWhatTerminalsObey) {
  EXPECT_EQ(Printable("orders"), "orders");
  EXPECT_EQ(Printable("a\x1b[31mb\n\x7f"), "a\\x1b[31mb\\x0a\\x7f");
  EXPECT_EQ(Printable("Gr\xc3\xbc\xc3\x9f"), "Gr\xc3\xbc\xc3\x9f");
}

TEST(TextTest, WritesUuids) {
  const uint8_t uuid[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255};
  EXPECT_EQ(UuidText(uuid), "00010203-0405-0607-0809-0a0b0c0d0eff");
}

TEST(TextTest, KnowsUtf8) {
  for (const char* good :
       {"", "a", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(IsUtf8(good)) << good;
  for (const char* bad :
       {"\x80", "\xc0\x80", "\xc3", "\xc3z", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "ok\xfe"})
    EXPECT_FALSE(IsUtf8(bad)) << bad;
}

TEST(TextTest, WritesPermissions) {
  EXPECT_EQ(PermissionsText(0), "---------");
  EXPECT_EQ(PermissionsText(0640), "rw-r-----");
  EXPECT_EQ(PermissionsText(0777), "rwxrwxrwx");
}

TEST(TableTest, AlignsColumns) {
  Table table({{"NAME", false}, {"SIZE", true}, {"NOTE", false}});
  EXPECT_EQ(table.ToString(), "NAME  SIZE  NOTE\n");
  table.AddRow({"orders", "7", ""});
  table.AddRow({"\xc3\xbc", "12345", "x"});
  EXPECT_EQ(table.ToString(),
            "NAME     SIZE  NOTE\n"
            "orders      7\n"
            "\xc3\xbc       12345  x\n");
}

}  // namespace
}  // namespace fmmq::tools
