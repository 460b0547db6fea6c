#include "tests/support/raw_segment.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "gtest/gtest.h"
#include "tests/support/names.h"
#include "tests/support/statuses.h"

namespace fmmq::test {

RawSegment::RawSegment(const std::string& name) : path_(SegmentPath(name)) {
  const int file = open(path_.c_str(), O_RDWR | O_CLOEXEC);
  struct stat info = {};
  format::Header header = {};
  if (file < 0 || fstat(file, &info) != 0 ||
      pread(file, &header, sizeof(header), 0) != ssize_t{sizeof(header)}) {
    ADD_FAILURE() << "cannot read " << path_;
    return;
  }
  const auto bytes = static_cast<uint64_t>(info.st_size);
  EXPECT_TRUE(Ok(format::CheckHeader(header, bytes, &geometry_)));
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory == MAP_FAILED) {
    ADD_FAILURE() << "cannot map " << path_;
    return;
  }
  base_ = static_cast<char*>(memory);
}

RawSegment::~RawSegment() {
  if (base_ != nullptr) munmap(base_, geometry_.segment_bytes);
}

bool RawSegment::IsLocked(uint64_t byte) const {
  const int file = open(path_.c_str(), O_RDWR | O_CLOEXEC);
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(byte);
  lock.l_len = 1;
  const int result = fcntl(file, F_OFD_GETLK, &lock);
  close(file);
  return result == 0 && lock.l_type != F_UNLCK;
}

void RawSegment::StartAfterLaps(uint64_t laps) {
  const uint64_t start = laps * geometry_.block_count;
  // Positions of the lap before: their lap number is `laps`, cut to 32 bits.
  for (uint64_t i = 0; i < geometry_.block_count; ++i) {
    descriptor(i).store(format::InteriorWord(static_cast<uint32_t>(laps)));
  }
  control().head.store(start);
  group(0).cursor.store(start);
}

void WriteSegmentFile(const std::string& name, const void* bytes, size_t size) {
  const std::string path = SegmentPath(name);
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  EXPECT_EQ(write(file, bytes, size), static_cast<ssize_t>(size)) << path;
  close(file);
}

format::Header SmallHeader() {
  Options options;
  options.capacity = 4096;
  options.seats = 4;
  options.groups = 2;
  format::Geometry geometry;
  EXPECT_TRUE(format::ComputeGeometry(options, 4096, &geometry));
  format::Header header;
  format::FillHeader(options, geometry, 4096, &header);
  return header;
}

void WriteSegmentFile(const std::string& name, const format::Header& header, uint64_t file_bytes) {
  WriteSegmentFile(name, &header, sizeof(header));
  EXPECT_EQ(truncate(SegmentPath(name).c_str(), static_cast<off_t>(file_bytes)), 0);
}

}  // namespace fmmq::test
