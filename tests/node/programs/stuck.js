// A thread that never returns from JavaScript that a call of the package runs.
'use strict';
const {parentPort, workerData} = require('node:worker_threads');
const {Queue, untilArmed} = require('../programs_support.js');

const queue = Queue.open(workerData.name);
const reader = queue.join();

function stay() {
  parentPort.postMessage('stuck');
  for (;;);
}

const stick = {
  getter() {
    const list = [Buffer.from('a'), Buffer.from('b')];
    Object.defineProperty(list, 1, {get: stay});
    queue.writeBatch(list);
  },
  setter() {
    Object.defineProperty(Object.prototype, 'writtenBytes', {set: stay});
    queue.stats();
  },
  doorbell() {
    const armed = untilArmed();
    reader.read().then(stay);
    return armed;
  },
};

async function main() {
  if (workerData.where === 'doorbell') await stick.doorbell();
  parentPort.postMessage('ready');
  if (workerData.where !== 'doorbell') stick[workerData.where]();
}
main();
