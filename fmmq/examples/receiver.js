#!/usr/bin/env node
// Prints what sender.js sends, or its twins in other languages, in any order of start, until the
// stream ends.
//   node receiver.js [QUEUE]
'use strict';
const {Queue} = require('fmmq');

const [name = 'example'] = process.argv.slice(2);

async function main() {
  const queue = Queue.openOrCreate(name, {capacity: 4096});
  for await (const message of queue) console.log(String(message));
  Queue.remove(name);
}
main();
