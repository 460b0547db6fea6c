// The peer in JavaScript. See README.md.
'use strict';
const {Queue} = require(process.env.FMMQ_PACKAGE);

const patience = {timeout: 60e3};

function make(seed, i) {
  let state = (seed + Math.imul(i, 2654435761)) >>> 0;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  let size = 0;
  if (i % 16 !== 0) size = (next() >>> 20) << (i % 16 === 1);
  const message = Buffer.alloc(size);
  for (let k = 0; k < size; ++k) message[k] = next() >>> 24;
  return message;
}

async function send(queue, count, seed) {
  let bytes = 0;
  for (let i = 0; i < count; ++i) {
    const message = make(seed, i);
    await queue.write(message, patience);
    bytes += message.length;
  }
  queue.end();
  console.log(`${count} messages, ${bytes} bytes`);
}

async function receive(queue, count, seed) {
  let [i, bytes] = [0, 0];
  for await (const batch of queue.batches(patience)) {
    for (const message of batch) {
      if (!message.equals(make(seed, i))) throw new Error(`node: message ${i} is wrong`);
      bytes += message.length;
      ++i;
    }
  }
  if (i !== count) throw new Error(`node: ${i} messages`);
  console.log(`${i} messages, ${bytes} bytes`);
}

const [what, name, count, seed] = process.argv.slice(2);
const queue = Queue.openOrCreate(name, {capacity: 65536});
(what === 'send' ? send : receive)(queue, Number(count), Number(seed));
