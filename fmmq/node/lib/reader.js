// The reading ends: a member of a group, and an observer.
'use strict';
const {markAsUntransferable} = require('node:worker_threads');
const {
  native, BUSY, EMPTY, BUFFER_TOO_SMALL, NOT_BYTES,
  FACT_SIZE, FACT_POSITION, FACT_LOST, FACT_REDELIVERED,
} = require('./native.js');
const {errorOf, wrongType} = require('./errors.js');
const {toWhole, toObject} = require('./arguments.js');
const {Batch} = require('./batch.js');
const {Handle} = require('./handle.js');
const {QueueReadable} = require('./streams.js');
const {checkWait} = require('./waiting.js');
const turn = require('./turn.js');

const {facts, read, readBatch} = native;

// Small messages are parts of a common piece of memory, as in Buffer's own pool. Who transfers one
// of them to a worker does not take the others along.
const SLAB_BYTES = 16 * 1024;
function newSlab() {
  const slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  markAsUntransferable(slab.buffer);
  return slab;
}
const DEFAULT_MAX = 1024;
const LARGEST_MAX = 1 << 20;
// Batches as small as this say that the reader is faster than the writer.
const SMALL_BATCH = 128;

const checkMax = (max, name) => toWhole(max, name, 1, LARGEST_MAX);
const isNothing = (result) => result === -EMPTY || result === -BUSY;

class Reader extends Handle {
  #slab = Buffer.allocUnsafeSlow(0);
  #used = 0;
  #batch = null;
  #max = DEFAULT_MAX; // what readBatch was asked for last, and may be
  #lastPosition = 0;

  // The next message in memory of its own; null: there is none now.
  tryRead() {
    for (;;) {
      const result = read(this._place, this.#slab, this.#used);
      if (result >= 0) return this.#take(result);
      if (isNothing(result)) return null;
      if (result === -BUFFER_TOO_SMALL) {
        const size = facts[FACT_SIZE];
        if (size > SLAB_BYTES / 4) return this.#readAlone(size);
      } else if (result !== -NOT_BYTES) { // the slab was given away after all
        throw errorOf(result, 'tryRead');
      }
      this.#slab = newSlab();
      this.#used = 0;
    }
  }

  #take(size) {
    const begin = this.#used;
    this.#used = Math.min((begin + size + 7) & ~7, this.#slab.length);
    return this.#mark(this.#slab.subarray(begin, begin + size));
  }

  // Another member may be faster, and the next message longer.
  #readAlone(size) {
    const message = Buffer.allocUnsafeSlow(size);
    const result = read(this._place, message, 0);
    if (result >= 0) return this.#mark(result === size ? message : message.subarray(0, result));
    if (isNothing(result)) return null;
    if (result === -BUFFER_TOO_SMALL) return this.#readAlone(facts[FACT_SIZE]);
    throw errorOf(result, 'tryRead');
  }

  #mark(message) {
    this.#lastPosition = facts[FACT_POSITION];
    if (facts[FACT_REDELIVERED] !== 0) message.redelivered = true;
    if (facts[FACT_LOST] !== 0) message.lost = facts[FACT_LOST];
    return message;
  }

  // Copies the next message into a Buffer of the caller's: its size, or null when there is none.
  // FMMQ_BUFFER_TOO_SMALL leaves it where it is; `error.size` says what it needs.
  readInto(buffer) {
    const result = read(this._place, buffer, 0);
    if (result >= 0) {
      this.#lastPosition = facts[FACT_POSITION];
      return result;
    }
    if (isNothing(result)) return null;
    if (result === -NOT_BYTES) throw wrongType('buffer', 'a Buffer or Uint8Array', buffer);
    const error = errorOf(result, 'readInto');
    if (result === -BUFFER_TOO_SMALL) error.size = facts[FACT_SIZE];
    throw error;
  }

  // Up to `max` messages in one Buffer, or null when there is none. The batch belongs to this
  // reader: it is valid until its next readBatch.
  readBatch(max = DEFAULT_MAX) {
    if (max !== this.#max) this.#max = checkMax(max, 'max');
    let batch = this.#batch;
    if (batch === null || batch.offsets.length <= max) batch = this.#newBatch();
    const result = readBatch(this._place, batch.buffer, batch.offsets, max);
    if (result > 0) {
      this.#lastPosition = facts[FACT_POSITION];
      batch.length = result;
      batch.lost = facts[FACT_LOST];
      batch.redelivered = facts[FACT_REDELIVERED] !== 0;
      return batch;
    }
    if (isNothing(result)) return null;
    if (result === -BUFFER_TOO_SMALL) batch._grow(facts[FACT_SIZE]);
    else if (result === -NOT_BYTES) this.#newBatch(); // its memory was given away
    else throw errorOf(result, 'readBatch');
    return this.readBatch(max);
  }

  #newBatch() {
    this.#batch = new Batch(this.#max);
    return this.#batch;
  }

  // Where this reader's last message stood in the ring, in blocks since creation; 0 before it.
  get lastPosition() {
    return this.#lastPosition;
  }
  // Positions that were overwritten before this reader came to them.
  get lost() {
    return native.lost(this._place);
  }

  // Resolves with the next message.
  read(options) {
    return this.#soon(() => this.tryRead() ?? undefined, options, 'read');
  }

  // At once, if the loop was given its time; else, or when there is nothing yet, by way of it.
  #soon(attempt, options, call) {
    if (this._waiting.isIdle && !turn.isOver()) {
      try {
        checkWait(options);
        const result = attempt();
        if (result !== undefined) return Promise.resolve(result);
      } catch (error) {
        return Promise.reject(error);
      }
    }
    return this._wait(attempt, 0, options, call);
  }

  // `for await (const message of reader)` ends at the end of the stream.
  messages(options) {
    const attempt = () => this.tryRead() ?? undefined;
    return this.#iterate(() => this.#soon(attempt, options, 'messages'));
  }
  [Symbol.asyncIterator]() {
    return this.messages();
  }

  // The same in batches of up to `max` messages; each is valid until the next one.
  batches(options) {
    const {max = DEFAULT_MAX, ...wait} = toObject(options, 'options');
    checkMax(max, 'options.max');
    const waits = options === undefined || Object.keys(wait).length === 0 ? undefined : wait;
    let small = false;
    const attempt = () => {
      const batch = this.readBatch(max);
      if (batch === null) return undefined;
      small = batch.length < Math.min(SMALL_BATCH, max);
      if (small && batch.length > 1) this._waiting.letOthersGetAhead();
      return batch;
    };
    return this.#iterate(() => {
      if (small) return this._wait(attempt, 0, waits, 'batches');
      return this.#soon(attempt, waits, 'batches');
    });
  }

  #iterate(next) {
    let done = false;
    const end = () => {
      done = true;
      return {value: undefined, done: true};
    };
    const failed = (error) => {
      const result = end();
      if (error.code === 'FMMQ_END_OF_STREAM') return result;
      throw error;
    };
    const succeeded = (value) => ({value, done: false});
    return {
      next: () => (done ? Promise.resolve(end()) : next().then(succeeded, failed)),
      return: () => Promise.resolve(end()),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  // A stream.Readable of messages.
  readable(options) {
    return new QueueReadable(this, options);
  }
}

class Consumer extends Reader {}
class Observer extends Reader {}

module.exports = {Consumer, Observer};
