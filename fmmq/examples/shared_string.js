#!/usr/bin/env node
// One value that all processes see, always whole.
//   node shared_string.js set QUEUE TEXT
//   node shared_string.js get QUEUE
//   node shared_string.js watch QUEUE    prints each new value, until that is empty; then removes
//                                        the queue
'use strict';
const {Queue} = require('fmmq');

// A slow watcher skips values, but never the newest; that it may print twice.
async function watch(value) {
  for (let seen = 0; ;) {
    seen = await value.wait(seen);
    const text = value.get('utf8');
    console.log(text);
    if (text === '') return;
  }
}

async function main([role, name, text]) {
  const wanted = {set: text, get: name, watch: name}[role];
  if (wanted === undefined) {
    console.error('usage: shared_string.js set QUEUE TEXT | get QUEUE | watch QUEUE');
    process.exitCode = 2;
    return;
  }
  const queue = Queue.openOrCreate(name, {capacity: 4096, stringSize: 1000}); // no messages here
  const value = queue.sharedString;
  if (role === 'set') await value.set(text, {timeout: 10e3});
  if (role === 'get') console.log(value.get('utf8'));
  if (role === 'watch') await watch(value).then(() => Queue.remove(name));
}
main(process.argv.slice(2));
