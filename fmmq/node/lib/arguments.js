// What users hand in, as the native half takes it.
'use strict';
const {types} = require('node:util');
const {wrongType, outOfRange} = require('./errors.js');

// Any bytes but strings, as a Uint8Array. Throws for memory that was given away.
function toView(value) {
  if (!ArrayBuffer.isView(value)) return new Uint8Array(value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

// Bytes of any kind, and strings as UTF-8, as a Uint8Array. (What looks like one, a proxy say, is
// none: `instanceof` would not tell.)
function toBytes(value, name) {
  if (types.isUint8Array(value) && value.length !== 0) return value;
  if (typeof value === 'string') return Buffer.from(value);
  if (!ArrayBuffer.isView(value) && !types.isAnyArrayBuffer(value)) {
    throw wrongType(name, 'a string, Buffer, TypedArray, DataView or ArrayBuffer', value);
  }
  try {
    return toView(value);
  } catch {
    throw wrongType(name, 'bytes that are still there', value);
  }
}

function toText(value, name) {
  if (typeof value !== 'string') throw wrongType(name, 'a string', value);
  return Buffer.from(value);
}

function toObject(value, name) {
  if (value === undefined) return {};
  if (value === null || typeof value !== 'object') throw wrongType(name, 'an object', value);
  return value;
}

function toWhole(value, name, least, most) {
  if (typeof value !== 'number') throw wrongType(name, 'a number', value);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw outOfRange(name, `a whole number from ${least} to ${most}`, value);
  }
  return value;
}

// One of several names, as a number.
function toChoice(value, name, choices) {
  if (typeof value !== 'string') throw wrongType(name, 'a string', value);
  if (!Object.hasOwn(choices, value)) {
    throw outOfRange(name, `one of ${Object.keys(choices).join(', ')}`, value);
  }
  return choices[value];
}

const ACCESS = {best: 0, 'read-only': 1, 'read-write': 2};
const FROM = {now: 0, oldest: 1};
const GROUP_KIND = {shared: 0, exclusive: 1};
const POLICY = {lossless: 0, overwrite: 1, compat: 2};

// In the order of src/queue.c.
const DEFAULTS = {
  capacity: 1 << 20,
  blockSize: 32,
  seats: 64,
  groups: 16,
  stringSize: 0,
  policy: 'lossless',
  singleProducer: false,
  defaultGroup: true,
  mode: 0o600,
};

function checkOption(name, value) {
  const wanted = typeof DEFAULTS[name];
  if (typeof value !== wanted) throw wrongType(`options.${name}`, `a ${wanted}`, value);
  if (wanted === 'number' && !(Number.isSafeInteger(value) && value >= 0)) {
    throw outOfRange(`options.${name}`, 'a whole number of 0 or more', value);
  }
  return name === 'policy' ? toChoice(value, 'options.policy', POLICY) : Number(value);
}

// What a creator chooses.
function toOptions(given) {
  const options = {...DEFAULTS};
  for (const [name, value] of Object.entries(toObject(given, 'options'))) {
    if (Object.hasOwn(DEFAULTS, name) && value !== undefined) options[name] = value;
  }
  return Float64Array.from(Object.entries(options), ([name, value]) => checkOption(name, value));
}

module.exports = {
  toBytes, toText, toObject, toWhole, toChoice, toOptions, ACCESS, FROM, GROUP_KIND,
};
