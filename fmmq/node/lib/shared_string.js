// One value of any bytes that every process sees, always whole.
'use strict';
const {native, BUSY, BUFFER_TOO_SMALL, CLOSED, TIMEOUT, FACT_SIZE} = require('./native.js');
const {AbortError, FmmqError, check, errorOf} = require('./errors.js');
const {toBytes} = require('./arguments.js');
const {made} = require('./handle.js');
const {checkWait} = require('./waiting.js');

const TRIES = 64;
// It has no doorbell: who waits looks often at first, then every LONGEST_MS.
const LONGEST_MS = 10;

class SharedString {
  #queue;

  constructor(token, queue) {
    if (token !== made) throw new TypeError('A SharedString is made by a Queue');
    this.#queue = queue;
  }

  // The value; with an encoding, as a string.
  get(encoding) {
    let value = Buffer.allocUnsafe(256);
    for (let tries = 0; ; ++tries) {
      const result = native.getString(this.#queue._place, value);
      if (result >= 0) {
        const bytes = value.subarray(0, result);
        return encoding === undefined ? bytes : bytes.toString(encoding);
      }
      const again = result === -BUFFER_TOO_SMALL || result === -BUSY;
      if (!again || tries === TRIES) throw errorOf(result, 'get');
      if (result === -BUFFER_TOO_SMALL) value = Buffer.allocUnsafe(native.facts[FACT_SIZE]);
    }
  }

  // How often it was set.
  get version() {
    return check(native.stringVersion(this.#queue._place), 'version');
  }

  // False: another writer is in the way.
  trySet(value) {
    const result = native.setString(this.#queue._place, toBytes(value, 'value'));
    if (result === -TIMEOUT) return false;
    check(result, 'trySet');
    return true;
  }

  // Resolves when it is set.
  set(value, options) {
    let bytes;
    try {
      bytes = Uint8Array.from(toBytes(value, 'value'));
      checkWait(options);
      if (this.trySet(bytes)) return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#poll(() => (this.trySet(bytes) ? true : undefined), options, 'set').then(() => {});
  }

  // Resolves with its version as soon as that is another one.
  wait(version, options) {
    const attempt = () => {
      const current = this.version;
      return current !== version ? current : undefined;
    };
    return this.#poll(attempt, options, 'wait');
  }

  #poll(attempt, options, call) {
    return new Promise((resolve, reject) => {
      checkWait(options);
      const {timeout = Infinity, signal} = options ?? {};
      const deadline = performance.now() + timeout;
      let gap = 1;
      let timer;
      const abort = () => finish(reject, new AbortError(signal));
      const finish = (settle, value) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        settle(value);
      };
      const look = () => {
        if (!this.#queue.isOpen) return finish(reject, new FmmqError(CLOSED, call));
        let result;
        try {
          result = attempt();
        } catch (error) {
          return finish(reject, error);
        }
        if (result !== undefined) return finish(resolve, result);
        const left = deadline - performance.now();
        if (left <= 0) return finish(reject, new FmmqError(TIMEOUT, call));
        timer = setTimeout(look, Math.min(gap, left));
        gap = Math.min(gap * 2, LONGEST_MS);
      };
      signal?.addEventListener('abort', abort);
      look();
    });
  }
}

module.exports = {SharedString};
