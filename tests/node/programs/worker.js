// A thread that reads until it is terminated, or to the end.
'use strict';
const {parentPort, workerData} = require('node:worker_threads');
const {Queue, payload} = require('../programs_support.js');

let begin; // the number of the first message: the first that is long enough says it
let count = 0;

function checkMessage(message) {
  if (begin !== undefined || message.length >= 4) {
    begin ??= message.readUInt32LE() - count;
    const number = begin + count;
    if (!message.equals(payload(number, number % 200))) throw new Error(`${number} is wrong`);
  }
  ++count;
}

async function main() {
  const {name, how} = workerData;
  const queue = Queue.open(name);
  const reader = queue.join(workerData.group);
  if (how === 'wait') {
    const reads = Array.from({length: 10}, () => reader.read());
    setTimeout(() => parentPort.postMessage('waiting'), 200); // its doorbell is armed by then
    await Promise.all(reads);
  }
  let said = how !== 'read';
  for await (const batch of reader.batches()) {
    for (const message of batch) checkMessage(message);
    if (!said && count >= 2000) {
      parentPort.postMessage('reading');
      said = true;
    }
  }
  parentPort.postMessage(count);
}
main();
