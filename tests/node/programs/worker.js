// A thread that reads until it is terminated, or to the end.
'use strict';
const {parentPort, workerData} = require('node:worker_threads');
const {Queue, payload} = require('../programs_support.js');

async function main() {
  const {name, how} = workerData;
  const queue = Queue.open(name);
  const reader = queue.join(workerData.group);
  if (how === 'wait') {
    const reads = Array.from({length: 10}, () => reader.read());
    setTimeout(() => parentPort.postMessage('waiting'), 200); // its doorbell is armed by then
    await Promise.all(reads);
  }
  let next = 0;
  for await (const batch of reader.batches()) {
    for (const message of batch) {
      if (!message.equals(payload(next, next % 200))) throw new Error(`message ${next} is wrong`);
      ++next;
    }
  }
  parentPort.postMessage(next);
}
main();
