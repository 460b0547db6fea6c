#!/usr/bin/env node
// Everybody gets everything.
//   node broadcast.js listen QUEUE NAME               a group of its own: loses nothing, holds the
//                                                     speaker up
//   node broadcast.js watch QUEUE                     an observer: holds nobody up, and says what
//                                                     it lost
//   node broadcast.js speak QUEUE LISTENERS TEXT...   once there are so many listeners
'use strict';
const {setTimeout: sleep} = require('node:timers/promises');
const {Queue} = require('fmmq');

// Nobody reads the default group here: it would hold the speaker up for ever.
const open = (name) => Queue.openOrCreate(name, {groups: 16, defaultGroup: false});

async function speak(name, listeners, ...texts) {
  const queue = open(name);
  while (queue.groups().length < listeners) await sleep(10);
  await queue.writeAll(texts);
  queue.end();
}

// Consumers and observers read alike.
async function printAll(reader, name) {
  console.log('ready');
  for await (const message of reader) {
    if (message.lost) console.log(`lost ${message.lost} blocks`);
    console.log(String(message));
  }
  remove(name);
}

// Several do it, and one is the first; who still has it open keeps it.
function remove(name) {
  try {
    Queue.remove(name);
  } catch (error) {
    if (error.code !== 'FMMQ_NOT_FOUND') throw error;
  }
}

async function main([role, name, ...rest]) {
  if (role === 'speak' && rest.length > 0) return speak(name, ...rest);
  // A durable group goes on where it was if the listener dies and comes again.
  if (role === 'listen' && rest.length === 1) {
    return printAll(open(name).join(rest[0], {durable: true}), name);
  }
  if (role === 'watch' && name !== undefined) {
    return printAll(open(name).observe({from: 'oldest'}), name);
  }
  console.error(
    'usage: broadcast.js listen QUEUE NAME | watch QUEUE | speak QUEUE LISTENERS TEXT...');
  process.exitCode = 2;
}
main(process.argv.slice(2));
