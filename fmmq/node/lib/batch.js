// Messages that were read at once: they lie one behind the other in one Buffer.
'use strict';

// Bytes that a reader's buffer has at first; it grows to the largest message. A batch is what fits.
const BATCH_BYTES = 64 * 1024;

class Batch {
  length = 0; // messages
  buffer = Buffer.allocUnsafeSlow(BATCH_BYTES);
  offsets; // message i lies between offsets[i] and offsets[i + 1]
  lost = 0; // positions that writers overwrote before or between these messages
  redelivered = false; // the last of them was in the hand of a reader that died

  constructor(max) {
    this.offsets = new Uint32Array(max + 1);
  }

  // A view, which is valid as long as the batch. (Buffer.from(view) is a copy.)
  message(i) {
    if (!(i >= 0 && i < this.length)) return undefined;
    return this.buffer.subarray(this.offsets[i], this.offsets[i + 1]);
  }

  *[Symbol.iterator]() {
    for (let i = 0; i < this.length; ++i) yield this.message(i);
  }

  // Makes room for a message of so many bytes.
  _grow(bytes) {
    this.buffer = Buffer.allocUnsafeSlow(Math.max(bytes, this.buffer.length));
  }
}

module.exports = {Batch};
