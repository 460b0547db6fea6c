// What the tests of the Node packages share.
'use strict';
const {spawn} = require('node:child_process');
const {randomUUID} = require('node:crypto');
const {once} = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const {after} = require('node:test');

// tests/steps/node tests packages that were packed and installed.
const PACKAGE = process.env.FMMQ_PACKAGE ?? path.join(__dirname, '../../fmmq/node');
const COMPAT_PACKAGE = process.env.FASTMMAPMQ_PACKAGE ?? path.join(PACKAGE, 'compat');
process.env.FMMQ_PACKAGE = PACKAGE;
const fmmq = require('./programs_support.js');

// Queues' names are the machine's, which all tests share, also those that have the same process
// number in another namespace; they are gone when the tests are over.
const names = [];
const children = new Set();
function uniqueName() {
  const name = `node-test-${randomUUID()}`;
  names.push(name);
  return name;
}
after(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const name of names) fs.rmSync(`/dev/shm/fmmq.${name}`, {force: true});
});

// A program of tests/node/programs as a process. `lines`: what it printed so far.
function start(program, ...given) {
  const file = path.join(__dirname, 'programs', program);
  const child = spawn(process.execPath, [file, ...given.map(String)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {...process.env, FMMQ_PACKAGE: PACKAGE, FASTMMAPMQ_PACKAGE: COMPAT_PACKAGE},
  });
  children.add(child);
  child.printed = '';
  child.complained = '';
  child.stdout.on('data', (data) => (child.printed += data));
  child.stderr.on('data', (data) => (child.complained += data));
  child.ended = once(child, 'close').then(([code, signal]) => {
    children.delete(child);
    return signal ?? code;
  });
  return child;
}

// Waits until `condition()` holds, for as long as a busy machine may need. `what` it is, or a
// function that says so when it did not come.
async function until(condition, what, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; !(await condition()); ) {
    if (Date.now() > end) {
      throw new Error(`not in time: ${typeof what === 'function' ? what() : what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function said(child, text) {
  try {
    await until(() => child.printed.includes(text), text);
  } catch (error) {
    throw new Error(`it said: ${child.printed}${child.complained}`, {cause: error});
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const openDescriptors = () => fs.readdirSync('/proc/self/fd').length;

module.exports = {
  ...fmmq,
  PACKAGE,
  COMPAT_PACKAGE,
  uniqueName,
  start,
  said,
  until,
  sleep,
  openDescriptors,
};
