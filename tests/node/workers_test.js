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

for (const how of ['wait', 'read']) {
  test(`a worker is terminated while it ${how}s: its seat and descriptors are gone`, async () => {
    const queue = Queue.create(uniqueName(), {capacity: 1 << 16});
    let written = 0;
    let writing = true;
    const writer = how === 'wait' ? undefined : (async () => {
      while (writing) await queue.write(payload(written, written++ % 200), {timeout: 60e3});
    })();
    let before;
    for (let round = 0; round < 5; ++round) {
      written = 0;
      while (queue.tryRead() !== null);
      if (round === 1) before = openDescriptors();
      const worker = startWorker(queue.stats().id, how, how === 'wait' ? undefined : `g${round}`);
      if (how === 'read') worker.on('error', () => {}); // its messages begin anywhere
      if (how === 'wait') assert.deepStrictEqual(await once(worker, 'message'), ['waiting']);
      else await until(() => memberCount(queue) === 2, 'it joined');
      await worker.terminate();
      await until(() => memberCount(queue) === 1, 'its seat is free');
    }
    assert.strictEqual(openDescriptors(), before);
    writing = false;
    while (queue.tryRead() !== null);
    await writer;
    queue.close();
  });
}

test('the process goes on when a worker ends with everything open', async () => {
  const queue = Queue.create(uniqueName());
  const worker = startWorker(queue.stats().id, 'wait');
  await once(worker, 'message');
  for (let i = 0; i < 11; ++i) queue.tryWrite(payload(0, 0));
  queue.end();
  const [count] = await once(worker, 'message');
  assert.strictEqual(count, 1);
  assert.deepStrictEqual(await once(worker, 'exit'), [0]);
  queue.close();
});
