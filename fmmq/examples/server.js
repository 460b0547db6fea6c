#!/usr/bin/env node
// A server whose event loop has a queue in it, as epoll_server: answers each request in capitals,
// in the queue that the request names. Ends with SIGTERM or SIGINT. Its clients are client.js and
// epoll_client.
//   node server.js [QUEUE]
'use strict';
const {Queue} = require('fmmq');

const [name = 'example'] = process.argv.slice(2);

// "QUEUE TEXT". Clients that are gone, or do not read, are their own problem.
function answer(request) {
  const space = request.indexOf(' ');
  try {
    const queue = Queue.open(request.slice(0, space));
    queue.tryWrite(request.slice(space + 1).toUpperCase());
    queue.close();
  } catch (error) {
    console.error(error.message);
  }
}

async function main() {
  const queue = Queue.openOrCreate(name, {capacity: 4096});
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => ending.abort());
  try {
    for await (const request of queue.messages({signal: ending.signal})) answer(String(request));
  } catch (error) {
    if (error.name !== 'AbortError') throw error;
  }
  Queue.remove(name);
}
main();
