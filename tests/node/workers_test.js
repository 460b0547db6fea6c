'use strict';
const assert = require('node:assert');
const {once} = require('node:events');
const path = require('node:path');
const {test} = require('node:test');
const {Worker} = require('node:worker_threads');
const {Queue, uniqueName, payload, openDescriptors, until} = require('./support.js');

const startWorker = (name, how, group) =>
  new Worker(path.join(__dirname, 'programs/worker.js'), {workerData: {name, how, group}});
const memberCount = (queue) => queue.presence().members;

test('threads read and write one queue', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 1 << 16});
  const workers = ['a', 'b', 'c'].map((group) => startWorker(queue.stats().id, 'all', group));
  const ends = workers.map((worker) => once(worker, 'message'));
  const exits = workers.map((worker) => once(worker, 'exit'));
  await until(() => memberCount(queue) === 3, 'three members');
  queue.dropGroup('default');
  for (let i = 0; i < 20000; ++i) await queue.write(payload(i, i % 200));
  queue.end();
  for (const [count] of await Promise.all(ends)) assert.strictEqual(count, 20000);
  for (const [code] of await Promise.all(exits)) assert.strictEqual(code, 0);
  assert.strictEqual(memberCount(queue), 0);
  queue.close();
});

// Terminates workers, one after the other, each as soon as it says `state`.
async function terminateEach(queue, how, group, state) {
  const members = memberCount(queue);
  let before;
  for (let round = 0; round < 5; ++round) {
    // The first one's thread leaves some for the others.
    if (round === 1) before = openDescriptors();
    const worker = startWorker(queue.stats().id, how, group);
    assert.deepStrictEqual(await once(worker, 'message'), [state]);
    assert.strictEqual(memberCount(queue), members + 1);
    await worker.terminate();
    await until(() => memberCount(queue) === members, 'its seat is free');
  }
  await until(() => openDescriptors() === before, 'their descriptors are closed');
}

test('workers are terminated while they wait: their seats and descriptors are gone', async () => {
  const queue = Queue.create(uniqueName());
  await terminateEach(queue, 'wait', undefined, 'waiting');
  queue.close();
});

test('workers are terminated while they read: their seats and descriptors are gone', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 1 << 16});
  const without = openDescriptors();
  let writing = true;
  const writer = (async () => {
    for (let i = 0; writing; ++i) await queue.write(payload(i, i % 200), {timeout: 60e3});
  })();
  try {
    await until(() => openDescriptors() > without, 'the writer waits and has its own doorbell');
    queue.dropGroup('default');
    await terminateEach(queue, 'read', 'readers', 'reading');
  } finally {
    writing = false;
    await writer;
    queue.close();
  }
});

test('the process goes on when a worker ends with everything open', async () => {
  const queue = Queue.create(uniqueName());
  const worker = startWorker(queue.stats().id, 'wait');
  // Its last message and its end may come in one go: who asks in between is too late.
  const exit = once(worker, 'exit');
  await once(worker, 'message');
  for (let i = 0; i < 11; ++i) queue.tryWrite(payload(0, 0));
  queue.end();
  const [count] = await once(worker, 'message');
  assert.strictEqual(count, 1);
  assert.deepStrictEqual(await exit, [0]);
  queue.close();
});
