// The writing end.
'use strict';
const {native, BUSY, FULL, END_OF_STREAM, NOT_BYTES} = require('./native.js');
const {check, errorOf, wrongType} = require('./errors.js');
const {toBytes, toWhole} = require('./arguments.js');
const {Handle} = require('./handle.js');
const {Batch} = require('./batch.js');
const {QueueWritable} = require('./streams.js');
const {checkWait, SPIN_MS} = require('./waiting.js');
const turn = require('./turn.js');

const tryWrite = native.tryWrite;

const LONGEST_LIST = 2 ** 32 - 1; // that of an Array; a proxy can say anything
const LARGEST_SIZE = 2 ** 32 - 1; // more than any message's

class Producer extends Handle {
  #unwritten = 0; // messages of `write` that wait: none may overtake them
  #written = -1; // messages, when `ready` was called last
  #hurryUntil = 0;

  // False: there is no room now, or somebody is in the way.
  tryWrite(message) {
    if (this.#unwritten !== 0) return false;
    const result = tryWrite(this._place, message);
    return result === undefined || this.#judge(result, message, 'tryWrite');
  }

  #judge(result, message, call) {
    if (result === -FULL || result === -BUSY) return false;
    if (result === -NOT_BYTES) {
      const again = tryWrite(this._place, toBytes(message, 'message'));
      return again === undefined || this.#judge(again, message, call);
    }
    throw errorOf(result, call);
  }

  // How many were written: those that fit. `messages` is an array, or a Batch of a reader, or
  // bytes together with offsets like those of a Batch.
  writeBatch(messages, offsets) {
    if (this.#unwritten !== 0) return 0;
    if (messages instanceof Batch) {
      return this.#writePacked(messages.buffer, messages.offsets, messages.length);
    }
    if (offsets === undefined) return this.#writeList(messages, 0);
    if (!(offsets instanceof Uint32Array)) throw wrongType('offsets', 'a Uint32Array', offsets);
    return this.#writePacked(toBytes(messages, 'messages'), offsets, offsets.length - 1);
  }

  #writeList(messages, first) {
    if (!Array.isArray(messages)) throw wrongType('messages', 'an Array or a Batch', messages);
    const count = Math.min(messages.length - first, LONGEST_LIST);
    if (!(count > 0)) return 0;
    const result = native.writeList(this._place, messages, first, count);
    if (result !== -NOT_BYTES) return this.#count(result);
    const bytes = [];
    for (let i = 0; i < count; ++i) bytes.push(toBytes(messages[first + i], 'messages'));
    return this.#count(native.writeList(this._place, bytes, 0, count));
  }

  #writePacked(bytes, offsets, count) {
    if (count <= 0) return 0;
    const result = native.writePacked(this._place, bytes, offsets, 0, count);
    if (result === -NOT_BYTES) throw wrongType('messages', 'bytes that are still there', bytes);
    return this.#count(result);
  }

  #count(result) {
    if (result === -FULL || result === -BUSY) return 0;
    return check(result, 'writeBatch');
  }

  // Resolves when the message is written.
  write(message, options) {
    let bytes;
    try {
      bytes = toBytes(message, 'message');
      checkWait(options);
      if (!turn.isOver() && this.tryWrite(bytes)) return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    }
    const attempt = () => {
      const result = tryWrite(this._place, bytes);
      return result === undefined || this.#judge(result, bytes, 'write') ? true : undefined;
    };
    return this.#inLine(attempt, bytes.length, options, 'write');
  }

  // Resolves when all are written. When it rejects, `error.written` says how many are.
  writeAll(messages, options) {
    let list;
    try {
      if (!Array.isArray(messages)) throw wrongType('messages', 'an Array', messages);
      list = Array.from(messages, (message) => toBytes(message, 'messages'));
    } catch (error) {
      return Promise.reject(error);
    }
    let written = 0;
    const attempt = () => {
      if (written < list.length) written += this.#writeList(list, written);
      return written === list.length ? true : undefined;
    };
    const longest = list.reduce((most, bytes) => Math.max(most, bytes.length), 0);
    return this.#inLine(attempt, longest, options, 'writeAll').catch((error) => {
      error.written = written;
      throw error;
    });
  }

  async #inLine(attempt, size, options, call) {
    ++this.#unwritten;
    try {
      await this._wait(attempt, size, options, call);
    } finally {
      --this.#unwritten;
    }
  }

  // Resolves when there may be room for a message of `size` bytes, or the stream ended: try then,
  // and come back. As long as that gets on, it costs a turn of the loop, and no system call.
  async ready(size = 0, options = undefined) {
    toWhole(size, 'size', 0, LARGEST_SIZE);
    const {messages} = this.stats();
    if (messages !== this.#written) this.#hurryUntil = performance.now() + SPIN_MS;
    this.#written = messages;
    const attempt = (spinning) => (!spinning || performance.now() < this.#hurryUntil) || undefined;
    await this._wait(attempt, size, options, 'ready');
  }

  // Ends the stream, for good and for all producers.
  end() {
    const result = native.end(this._place);
    if (result !== -END_OF_STREAM) check(result, 'end');
  }

  // A stream.Writable: each chunk is a message.
  writable(options) {
    return new QueueWritable(this, options);
  }
}

module.exports = {Producer};
