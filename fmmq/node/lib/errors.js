// What calls throw, and promises reject with.
'use strict';
const os = require('node:os');
const {native, FACT_ERRNO} = require('./native.js');

// 'kEndOfStream' to 'FMMQ_END_OF_STREAM'.
function codeOf(name) {
  return `FMMQ${name.slice(1).replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase();
}

const byStatus = new Map();
const codes = {};
for (const [name, {status, message}] of Object.entries(native.statuses())) {
  byStatus.set(status, {code: codeOf(name), message});
  codes[codeOf(name)] = status;
}
Object.freeze(codes);

const errnoNames = new Map(Object.entries(os.constants.errno).map(([name, n]) => [n, name]));

class FmmqError extends Error {
  constructor(status, call, errno = 0) {
    const {code, message} = byStatus.get(status) ?? {code: 'FMMQ_UNKNOWN', message: 'unknown'};
    const why = errno === 0 ? '' : ` (${errnoNames.get(errno) ?? errno})`;
    super(`${call}: ${message}${why}`);
    this.code = code;
    this.errno = errno;
    this.call = call;
  }
}
// As Error itself: not shown with each error.
Object.defineProperty(FmmqError.prototype, 'name', {value: 'FmmqError', writable: true});

// As Node's own: it has the signal's reason as its cause.
class AbortError extends Error {
  constructor(signal) {
    super('The operation was aborted', {cause: signal.reason});
    this.code = 'ABORT_ERR';
    this.errno = 0;
  }
}
Object.defineProperty(AbortError.prototype, 'name', {value: 'AbortError', writable: true});

// The error of what a native call just returned: minus a status.
function errorOf(result, call) {
  return new FmmqError(-result, call, native.facts[FACT_ERRNO]);
}

// The result of a native call, or its error.
function check(result, call) {
  if (result < 0) throw errorOf(result, call);
  return result;
}

function wrongType(name, expected, value) {
  const error = new TypeError(
    `The "${name}" argument must be ${expected}, not ${value === null ? 'null' : typeof value}`);
  error.code = 'ERR_INVALID_ARG_TYPE';
  return error;
}

function outOfRange(name, expected, value) {
  const error = new RangeError(`The "${name}" argument must be ${expected}, not ${value}`);
  error.code = 'ERR_OUT_OF_RANGE';
  return error;
}

module.exports = {FmmqError, AbortError, codes, errorOf, check, wrongType, outOfRange};
