#!/usr/bin/env node
// Sends messages to receiver.js, or its twins in other languages, in any order of start; then ends
// the stream.
//   node sender.js [QUEUE [COUNT]]
'use strict';
const {Queue} = require('fmmq');

const [name = 'example', count = 3] = process.argv.slice(2);

async function main() {
  // So small that whoever is ahead waits for the other.
  const queue = Queue.openOrCreate(name, {capacity: 4096});
  for (let i = 1; i <= count; ++i) await queue.write(`Hello number ${i} from the sender`);
  queue.end();
}
main();
