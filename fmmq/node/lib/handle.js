// What Producer, Consumer and Observer have in common.
'use strict';
const {native, lost} = require('./native.js');
const {check, errorOf} = require('./errors.js');
const {Waiting} = require('./waiting.js');

// Handles come from a queue, not from `new`.
const made = Symbol('made by a queue');

class Handle {
  // 0 is closed. (Not #private: subclasses use them in every call.)
  _place;
  _waiting;

  constructor(token, place) {
    if (token !== made) throw new TypeError(`A ${new.target.name} is made by a Queue`);
    this._place = place;
    this._waiting = new Waiting(place);
    lost.register(this, place, this);
  }

  get isOpen() {
    return this._place !== 0;
  }

  stats() {
    const stats = native.getStats(this._place);
    if (typeof stats === 'number') throw errorOf(stats, 'stats');
    return stats;
  }

  // Whether operations that wait keep the process alive.
  ref() {
    this._waiting.setKeepsAlive(true);
    return this;
  }
  unref() {
    this._waiting.setKeepsAlive(false);
    return this;
  }

  // Operations that wait reject with FMMQ_CLOSED. More than once does no harm.
  close() {
    const place = this._place;
    if (place === 0) return;
    this._place = 0;
    lost.unregister(this);
    this._waiting.close();
    check(native.close(place), 'close');
  }

  _wait(attempt, size, options, call) {
    return this._waiting.wait(attempt, size, options, call);
  }
}

function disposable(...classes) {
  if (Symbol.dispose === undefined) return; // Node before 18.18
  for (const one of classes) {
    Object.defineProperty(one.prototype, Symbol.dispose, {
      value: function dispose() {
        this.close();
      },
      configurable: true,
      writable: true,
    });
  }
}
disposable(Handle);

module.exports = {Handle, made, disposable};
