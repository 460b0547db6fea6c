#!/usr/bin/env node
// Asks server.js or epoll_server, waits until it is there, and prints the answer.
//   node client.js QUEUE TEXT
'use strict';
const {Queue} = require('fmmq');

const patience = {timeout: 30e3};

async function ask(server, text) {
  const name = `${server}.${process.pid}`;
  const own = Queue.create(name, {capacity: 4096});
  try {
    const queue = Queue.openOrCreate(server, {capacity: 4096});
    await queue.write(`${name} ${text}`, patience);
    return String(await own.read(patience));
  } finally {
    Queue.remove(name);
  }
}

async function main([server, text]) {
  if (text !== undefined) return console.log(await ask(server, text));
  console.error('usage: client.js QUEUE TEXT');
  process.exitCode = 2;
}
main(process.argv.slice(2));
