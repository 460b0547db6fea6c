// What the programs share: no test runner here.
'use strict';
const path = require('node:path');

// Bytes that say which message they are: any mix-up, tear or loss shows.
function payload(sequence, size) {
  const bytes = Buffer.alloc(size);
  for (let i = 0, state = (sequence * 2654435761 + 12345) >>> 0; i < size; ++i) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  if (size >= 4) bytes.writeUInt32LE(sequence >>> 0);
  return bytes;
}

const PACKAGE = process.env.FMMQ_PACKAGE ?? path.join(__dirname, '../../fmmq/node');

// Resolves when a handle of this thread has armed its doorbell: its turns of the loop without news
// are over, and it sleeps. To be called before what waits.
function untilArmed() {
  const {native} = require(path.join(PACKAGE, 'lib/native.js'));
  const {arm} = native;
  return new Promise((resolve) => {
    native.arm = (...given) => {
      const result = arm(...given);
      if (result === 0) {
        native.arm = arm;
        resolve();
      }
      return result;
    };
  });
}

module.exports = {
  ...require(PACKAGE),
  payload,
  untilArmed,
};
