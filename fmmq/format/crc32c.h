// CRC-32C (Castagnoli; RFC 3720, appendix B.4). Bit by bit: it runs once for each attach over 508
// bytes, and a table would cost a kilobyte of a small archive.
#ifndef FMMQ_FORMAT_CRC32C_H_
#define FMMQ_FORMAT_CRC32C_H_

#include <cstddef>
#include <cstdint>

namespace fmmq::format {

inline uint32_t Crc32c(const void* data, size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  uint32_t crc = ~uint32_t{0};
  for (size_t i = 0; i < size; ++i) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0x82f63b78u & (0u - (crc & 1)));
  }
  return ~crc;
}

}  // namespace fmmq::format

#endif  // FMMQ_FORMAT_CRC32C_H_
