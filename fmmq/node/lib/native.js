// The native half (../src), and the numbers that it and this half agree on.
'use strict';
const path = require('node:path');

const native = require(path.join(__dirname, '..', 'build', 'Release', 'fmmq.node'));

// Statuses that calls here look for; all others only become errors.
const EMPTY = 1;
const FULL = 2;
const BUSY = 3;
const TIMEOUT = 4;
const END_OF_STREAM = 8;
const BUFFER_TOO_SMALL = 14;
const CLOSED = 16;
const NOT_BYTES = 255; // an argument is no Uint8Array

// Places in native.facts.
const FACT_SIZE = 0;
const FACT_POSITION = 1;
const FACT_LOST = 2;
const FACT_REDELIVERED = 3;
const FACT_ERRNO = 4;

// Closes what its owner lost without closing it.
const lost = new FinalizationRegistry((place) => native.close(place));

module.exports = {
  native,
  lost,
  EMPTY,
  FULL,
  BUSY,
  TIMEOUT,
  END_OF_STREAM,
  BUFFER_TOO_SMALL,
  CLOSED,
  NOT_BYTES,
  FACT_SIZE,
  FACT_POSITION,
  FACT_LOST,
  FACT_REDELIVERED,
  FACT_ERRNO,
};
