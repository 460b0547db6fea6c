// The writing process, or thread: writer.js RUN_AS_JSON
'use strict';
const {monitorEventLoopDelay} = require('node:perf_hooks');
const {isMainThread, parentPort, workerData} = require('node:worker_threads');
const path = require('node:path');
const subjects = require('./subjects.js');

const REST_NS = 2_000_000n;
const run = JSON.parse(isMainThread ? process.argv[2] : workerData);
const say = (message) => (isMainThread ? process.send(message) : parentPort.postMessage(message));

let began = 0n;
let rested = process.hrtime.bigint();
run.note = (i) => {
  if (began === 0n && i >= run.warm) began = process.hrtime.bigint();
};
run.rest = () => {
  const now = process.hrtime.bigint();
  if (now - rested < REST_NS) return undefined;
  return new Promise((resolve) => setImmediate(() => {
    rested = process.hrtime.bigint();
    resolve();
  }));
};
run.onAcknowledge = (heard) => {
  (isMainThread ? process : parentPort).on('message', ({acknowledged}) => heard(acknowledged));
};

// Nanoseconds of a call, by itself: each gets a loop of its own, which is compiled for it alone.
function yardstick(call) {
  const loop = Function('call', 'message', 'for (let i = 0; i < 400000; ++i) call(message);');
  const message = Buffer.alloc(run.size);
  const times = [];
  for (let round = 0; round < 5; ++round) {
    const start = process.hrtime.bigint();
    loop(call, message);
    times.push(Number(process.hrtime.bigint() - start) / 400000);
  }
  return times.sort((a, b) => a - b)[2];
}

async function main() {
  const report = {};
  if (run.yardsticks) {
    const native = require(path.join(run.package, 'lib/native.js')).native;
    report.nothing = yardstick(native.nothing);
    report.bytesOnly = yardstick(native.bytesOnly);
  }
  const delay = monitorEventLoopDelay({resolution: 1});
  delay.enable();
  await subjects[run.subject].write(run);
  delay.disable();
  say({report: {
    ...report,
    began: String(began),
    delayP99: delay.percentile(99) / 1e6,
    delayMax: delay.max / 1e6,
  }});
  if (isMainThread) process.disconnect();
  else parentPort.close();
}
main();
