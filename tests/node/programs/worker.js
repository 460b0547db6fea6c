// A thread that reads until it is terminated, or to the end.
'use strict';
const {parentPort, workerData} = require('node:worker_threads');
const {Queue, payload, untilArmed} = require('../programs_support.js');

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
    const armed = untilArmed();
    const reads = Array.from({length: 10}, () => reader.read());
    await armed;
    parentPort.postMessage('waiting');
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
