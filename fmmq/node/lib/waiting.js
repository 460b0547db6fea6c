// Operations that wait for messages or for room, on the event loop.
//
// One Waiting belongs to one handle. Its operations stand in line; the first is tried
//   - each turn of the loop, for as long as news often takes (SPIN_MS);
//   - then when the handle's doorbell rings, a descriptor that the loop watches;
//   - and every SLICE_MS all the same: a process that died rings no bell.
// Nothing is watched, and nothing keeps the process alive, while no operation stands in line.
'use strict';
const {native, CLOSED, TIMEOUT} = require('./native.js');
const {AbortError, FmmqError, outOfRange, wrongType} = require('./errors.js');
const {toObject} = require('./arguments.js');
const turn = require('./turn.js');

const SPIN_MS = 0.05;
const GAP_MS = 0.02;
const SLICE_MS = 100;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
// Without a doorbell (a queue that is read only, several network namespaces): looks this often.
const POLL_MS = 5;

// What waits for a doorbell, by the number of its handle. Whatever waits is kept from garbage
// collection by this.
const watched = new Map();
native.onRing((place) => watched.get(place)?.look(false));

class Operation {
  constructor(attempt, size, call, resolve, reject) {
    this.attempt = attempt; // attempt(whether nothing rang) returns undefined until it is done
    this.size = size; // of the message that it needs room for
    this.call = call;
    this.resolve = resolve;
    this.reject = reject;
    this.signal = undefined;
    this.onAbort = undefined;
    this.timer = undefined;
  }

  // Nothing may come after this.
  release() {
    clearTimeout(this.timer);
    if (this.signal !== undefined) this.signal.removeEventListener('abort', this.onAbort);
  }
}

// Throws for options that make no sense, and for a signal that is aborted already.
function checkWait(options) {
  if (options === undefined) return;
  const {timeout, signal} = toObject(options, 'options');
  if (timeout !== undefined && timeout !== Infinity) {
    if (typeof timeout !== 'number') throw wrongType('options.timeout', 'a number', timeout);
    if (!(timeout >= 0)) throw outOfRange('options.timeout', '0 or more', timeout);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw wrongType('options.signal', 'an AbortSignal', signal);
  }
  if (signal?.aborted) throw new AbortError(signal);
}

class Waiting {
  #place;
  #line = [];
  #spinning = null;
  #slice = null;
  #armed = false;
  #since = 0; // when the spinning began
  #notBefore = 0; // when it is worth looking again
  #keepsAlive = true;
  #closed = false;

  constructor(place) {
    this.#place = place;
  }

  get isIdle() {
    return this.#line.length === 0;
  }

  setKeepsAlive(keepsAlive) {
    this.#keepsAlive = keepsAlive;
    for (const operation of this.#line) this.#mark(operation.timer);
    this.#mark(this.#spinning);
    this.#mark(this.#slice);
    if (this.#armed) this.#arm();
  }

  // A reader that looks all the time takes the writer's cache lines away from it, and gets a
  // message or two each time. Both are faster when it lets some come first.
  letOthersGetAhead() {
    this.#notBefore = performance.now() + GAP_MS;
  }

  // A promise of what `attempt` returns. `size`: of the message that it needs room for.
  wait(attempt, size, options, call) {
    return new Promise((resolve, reject) => {
      checkWait(options);
      const {timeout, signal} = options ?? {};
      if (this.#closed) throw new FmmqError(CLOSED, call); // its place may be another's by now
      const operation = new Operation(attempt, size, call, resolve, reject);
      this.#line.push(operation);
      if (signal !== undefined) this.#watchSignal(operation, signal);
      if (timeout < LONGEST_TIMEOUT_MS) this.#setTimer(operation, timeout);
      if (this.#line.length === 1) this.#spinFrom(performance.now());
    });
  }

  #watchSignal(operation, signal) {
    operation.signal = signal;
    operation.onAbort = () => this.#fail(operation, new AbortError(signal));
    signal.addEventListener('abort', operation.onAbort);
  }

  // The loop may have been blocked for long: what came in the meantime is not too late.
  #setTimer(operation, timeout) {
    operation.timer = setTimeout(() => {
      this.look(true);
      this.#fail(operation, new FmmqError(TIMEOUT, operation.call));
    }, timeout);
    this.#mark(operation.timer);
  }

  #mark(timer) {
    if (timer !== null && timer !== undefined) this.#keepsAlive ? timer.ref() : timer.unref();
  }

  #fail(operation, error) {
    const at = this.#line.indexOf(operation);
    if (at < 0) return;
    this.#line.splice(at, 1);
    operation.release();
    operation.reject(error);
    if (this.isIdle) this.#rest();
  }

  #spinFrom(now) {
    this.#since = now;
    this.#lookNextTurn();
  }

  #lookNextTurn() {
    if (this.#spinning !== null) return;
    this.#spinning = setImmediate(() => {
      this.#spinning = null;
      if (performance.now() < this.#notBefore) this.#lookNextTurn();
      else this.look(true);
    });
    this.#mark(this.#spinning);
  }

  // Tries what stands in line, in order.
  look(spinning) {
    turn.begin();
    const before = this.#line.length;
    while (!this.isIdle && this.#tryFirst(spinning)) {
      if (turn.isOver() && !this.isIdle) return this.#spinFrom(performance.now());
    }
    if (this.isIdle) return this.#rest();
    const now = performance.now();
    if (this.#line.length !== before) return this.#spinFrom(now);
    if (now - this.#since > SPIN_MS) {
      this.#arm();
    } else {
      this.#lookNextTurn();
    }
  }

  // False: it has to wait.
  #tryFirst(spinning) {
    const operation = this.#line[0];
    let result;
    try {
      result = operation.attempt(spinning);
    } catch (error) {
      this.#line.shift();
      operation.release();
      operation.reject(error);
      return true;
    }
    if (result === undefined) return false;
    this.#line.shift();
    operation.release();
    operation.resolve(result);
    return true;
  }

  // A bell rings once, and perhaps for nothing: each fruitless look arms it again.
  #arm() {
    this.#armed = native.arm(this.#place, this.#line[0].size, this.#keepsAlive) === 0;
    watched.set(this.#place, this);
    clearTimeout(this.#slice);
    this.#slice = setTimeout(() => this.look(false), this.#armed ? SLICE_MS : POLL_MS);
    this.#mark(this.#slice);
  }

  #rest() {
    clearImmediate(this.#spinning);
    clearTimeout(this.#slice);
    this.#spinning = this.#slice = null;
    if (this.#armed) native.disarm(this.#place);
    this.#armed = false;
    watched.delete(this.#place);
  }

  // The handle closes: nothing that waits will be done.
  close() {
    const line = this.#line;
    this.#line = [];
    this.#closed = true;
    this.#rest();
    for (const operation of line) {
      operation.release();
      operation.reject(new FmmqError(CLOSED, operation.call));
    }
  }
}

module.exports = {Waiting, checkWait, SPIN_MS};
