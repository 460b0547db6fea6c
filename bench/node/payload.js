// What is sent: words of 32 bits that say which message it is, and check themselves.
'use strict';

// Fills one message of `size` bytes at word `at`.
function fill(words, at, size, sequence) {
  const base = Math.imul(sequence, -1640531535);
  words[at] = sequence;
  for (let i = 1, end = size >> 2; i < end; ++i) words[at + i] = (base + i) | 0;
}

// Throws unless the words from `at` on are exactly that message.
function check(words, at, size, sequence) {
  const base = Math.imul(sequence, -1640531535);
  let wrong = words[at] ^ sequence;
  for (let i = 1, end = size >> 2; i < end; ++i) wrong |= words[at + i] ^ ((base + i) | 0);
  if (wrong !== 0) throw new Error(`message ${sequence} is wrong`);
}

// A message of `size` bytes: as bytes, and as words.
function makeMessage(size) {
  const bytes = Buffer.alloc(size);
  return {bytes, words: new Int32Array(bytes.buffer, bytes.byteOffset, size >> 2)};
}

// Checks a stream of bytes that comes in pieces of any length.
class StreamChecker {
  #words;
  #bytes;
  #have = 0;
  sequence = 0;

  constructor(size) {
    this.size = size;
    this.#bytes = Buffer.alloc((1 << 20) + size);
    this.#words = new Int32Array(this.#bytes.buffer);
  }

  take(piece) {
    this.#bytes.set(piece, this.#have);
    this.#have += piece.length;
    let at = 0;
    for (; at + this.size <= this.#have; at += this.size) {
      check(this.#words, at >> 2, this.size, this.sequence++);
    }
    this.#bytes.copyWithin(0, at, this.#have);
    this.#have -= at;
  }
}

// As text, for JSON.
const text = (sequence, size) => String(sequence).padStart(size, 'x');

module.exports = {fill, check, makeMessage, StreamChecker, text};
