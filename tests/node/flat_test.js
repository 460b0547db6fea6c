'use strict';
const assert = require('node:assert');
const {test} = require('node:test');
const {setFlagsFromString} = require('node:v8');
const {runInNewContext} = require('node:vm');
const {Queue, uniqueName, payload, openDescriptors, sleep, until} = require('./support.js');

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc');

async function settle() {
  for (let i = 0; i < 4; ++i) {
    collectGarbage();
    await sleep(20);
  }
  const {heapUsed, external, arrayBuffers} = process.memoryUsage();
  return {bytes: heapUsed + external + arrayBuffers, descriptors: openDescriptors()};
}

// `operations` times `step`, after a first tenth that fills caches.
async function staysFlat(operations, step) {
  for (let i = 0; i < operations / 10; ++i) await step(i);
  const before = await settle();
  for (let i = 0; i < operations; ++i) await step(i);
  // What V8 or libuv frees a little later is no leak.
  let more;
  await until(async () => {
    const after = await settle();
    const bytes = after.bytes - before.bytes;
    more = {bytes, descriptors: after.descriptors - before.descriptors};
    return bytes < 1 << 20 && more.descriptors === 0;
  }, () => `as much as before ${operations} operations: ${JSON.stringify(more)} more`);
}

test('1,000,000 operations leave memory and descriptors as they were', async () => {
  const queue = Queue.create(uniqueName());
  const message = payload(1, 64);
  const buffer = Buffer.alloc(100);
  const never = new AbortController().signal;
  const signal = {signal: never};
  await staysFlat(200000, (i) => {
    queue.tryWrite(message);
    if (i % 2) queue.tryRead();
    else queue.readInto(buffer);
  });
  await staysFlat(200000, (i) => {
    queue.writeBatch([message, message]);
    queue.readBatch();
  });
  await staysFlat(200000, async () => {
    const read = queue.read(signal);
    await queue.write(message, signal);
    assert.strictEqual((await read).length, 64);
  });
  queue.close();
});

test('waits that end without news leave nothing', async () => {
  const queue = Queue.create(uniqueName());
  const reader = queue.join('r');
  await staysFlat(3000, async () => {
    await reader.read({timeout: 0}).catch(() => {});
    const ending = new AbortController();
    const read = reader.read({signal: ending.signal, timeout: 10e3});
    ending.abort();
    await read.catch(() => {});
  });
  reader.close();
  queue.close();
});

test('handles that are closed, or forgotten, leave nothing', async () => {
  const name = uniqueName();
  const queue = Queue.create(name);
  await staysFlat(2000, async (i) => {
    const other = Queue.open(name);
    const ends = [other.producer(), other.join(), other.observe()];
    if (i % 20 === 0) await ends[1].read({timeout: 1}).catch(() => {}); // with a doorbell
    for (const end of ends) end.close();
    other.close();
  });
  for (let i = 0; i < 30; ++i) Queue.open(name).join().tryRead();
  await until(async () => {
    await settle();
    return queue.presence().members === 0;
  }, 'forgotten members are gone');
  queue.close();
});
