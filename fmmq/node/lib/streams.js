// Streams over producers and readers, with their back-pressure.
'use strict';
const {Readable, Writable} = require('node:stream');
const {wrongType} = require('./errors.js');
const turn = require('./turn.js');

function checkOptions(options) {
  if (options === undefined) return {};
  if (options === null || typeof options !== 'object') {
    throw wrongType('options', 'an object', options);
  }
  return options;
}

// Object mode: a chunk is a message, a Buffer of 0 bytes or more. What the stream holds beforehand
// (highWaterMark messages) is read from the queue, and lost if this process dies.
class QueueReadable extends Readable {
  #reader;
  #closes; // the reader belongs to the stream
  #ending = new AbortController();

  constructor(reader, options) {
    const {closes = false, ...rest} = checkOptions(options);
    super({...rest, objectMode: true, read: undefined});
    this.#reader = reader;
    this.#closes = closes;
  }

  _read() {
    try {
      const message = turn.isOver() ? null : this.#reader.tryRead();
      if (message !== null) return void this.push(message);
    } catch (error) {
      return this.#fail(error);
    }
    this.#reader.read({signal: this.#ending.signal}).then(
      (message) => void this.push(message),
      (error) => this.#fail(error));
  }

  #fail(error) {
    if (error.code === 'FMMQ_END_OF_STREAM') return void this.push(null);
    if (!this.destroyed) this.destroy(error);
  }

  _destroy(error, callback) {
    this.#ending.abort();
    if (this.#closes) this.#reader.close();
    callback(error);
  }
}

// A chunk is a message. `endStream`: the end of this stream ends the queue's, for all producers.
class QueueWritable extends Writable {
  #producer;
  #closes; // the producer belongs to the stream
  #endStream;
  #ending = new AbortController();

  constructor(producer, options) {
    const {closes = false, endStream = false, ...rest} = checkOptions(options);
    super({...rest, objectMode: false, decodeStrings: true, write: undefined, writev: undefined});
    this.#producer = producer;
    this.#closes = closes;
    this.#endStream = endStream;
  }

  _write(chunk, encoding, callback) {
    try {
      if (!turn.isOver() && this.#producer.tryWrite(chunk)) return callback();
    } catch (error) {
      return callback(error);
    }
    this.#producer.write(chunk, {signal: this.#ending.signal}).then(() => callback(), callback);
  }

  _writev(chunks, callback) {
    const messages = chunks.map(({chunk}) => chunk);
    const {signal} = this.#ending;
    this.#producer.writeAll(messages, {signal}).then(() => callback(), callback);
  }

  _final(callback) {
    try {
      if (this.#endStream) this.#producer.end();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  _destroy(error, callback) {
    this.#ending.abort();
    if (this.#closes) this.#producer.close();
    callback(error);
  }
}

module.exports = {QueueReadable, QueueWritable};
