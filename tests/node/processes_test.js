'use strict';
const assert = require('node:assert');
const {test} = require('node:test');
const {Queue, uniqueName, payload, start, said, until} = require('./support.js');

const patience = {timeout: 60e3};
const noProducers = (queue) => until(() => queue.presence().producers === 0, 'no writer is left');

// The number of the one after.
function checkBatch(batch, next) {
  for (const message of batch) {
    assert.deepStrictEqual(message, payload(next, next % 200));
    ++next;
  }
  return next;
}

// Reads messages from `next` on until nothing comes for a while; the number of the one after.
async function readOn(queue, next) {
  try {
    for await (const batch of queue.batches({timeout: 1500})) {
      next = checkBatch(batch, next);
    }
  } catch (error) {
    if (error.code !== 'FMMQ_TIMEOUT') throw error;
  }
  return next;
}

test('from process to process, to the end of the stream', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 1 << 16});
  const reader = start('reader.js', queue.stats().id);
  const writer = start('writer.js', queue.stats().id, 50000);
  assert.strictEqual(await writer.ended, 0, writer.complained);
  assert.strictEqual(await reader.ended, 0, reader.complained);
  assert.match(reader.printed, /end after 50000\n$/);
  queue.close();
});

test('a writer is killed at full speed: what it wrote is there, a wait ends as asked', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 1 << 16});
  let next = 0;
  for (let round = 0; round < 3; ++round) {
    const writer = start('writer.js', queue.stats().id);
    next = 0;
    for await (const batch of queue.batches(patience)) {
      next = checkBatch(batch, next);
      if (next > 20000) break;
    }
    writer.kill('SIGKILL');
    await writer.ended;
    next = await readOn(queue, next);
    assert.ok(next > 20000);
    await assert.rejects(queue.read({timeout: 50}), {code: 'FMMQ_TIMEOUT'});
    await noProducers(queue); // its seat is free again
  }
  queue.close();
});

test('a reader is killed with reads going on: the rest goes to another one', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 1 << 16});
  const victim = start('reader.js', queue.stats().id);
  let written = 0;
  const keep = {going: true};
  const writing = (async () => {
    while (keep.going) await queue.write(payload(written, written++ % 200), patience);
  })();
  await said(victim, 'read 1');
  await until(() => written > 20000, 'messages');
  victim.kill('SIGKILL');
  await victim.ended;
  const lag = () => queue.groups().find(({name}) => name === 'default').lag;
  await until(() => lag() > 2000, 'a ring of 2048 blocks is full: nobody reads');
  const heir = queue.join();
  // Messages of fewer than four bytes do not say which they are; the first one that does tells.
  const first = [await heir.read(patience)];
  while (first.at(-1).length < 4) first.push(await heir.read(patience));
  const begin = first.at(-1).readUInt32LE() - first.length + 1;
  const [, known] = victim.printed.match(/read (\d+)\n$/);
  assert.ok(begin >= Number(known) && begin < written, `${known} <= ${begin} < ${written}`);
  let next = checkBatch(first, begin);
  keep.going = false;
  let batch;
  await until(async () => {
    while ((batch = heir.readBatch()) !== null) next = checkBatch(batch, next);
    return next === written;
  }, 'all that was written');
  await writing;
  await until(() => queue.presence().members === 1, 'its seat is free again');
  heir.close();
  queue.close();
});

test('a reader is killed while a writer waits for room: another one lets it go on', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 4096});
  const victim = start('idle.js', queue.stats().id, 'pending');
  await until(() => queue.presence().members === 1, 'the member');
  victim.kill('SIGKILL');
  await victim.ended;
  while (queue.tryWrite(payload(0, 100)));
  await assert.rejects(queue.write('x', {timeout: 100}), {code: 'FMMQ_TIMEOUT'});
  const write = queue.write('y', patience);
  while (queue.tryRead() !== null);
  await write;
  queue.close();
});

test('a loop that is blocked for seconds: the others wait, nothing is lost', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 1 << 14});
  const writer = start('writer.js', queue.stats().id, 30000);
  await said(writer, 'ready');
  let next = 0;
  let blocked = false;
  for await (const batch of queue.batches(patience)) {
    next = checkBatch(batch, next);
    if (!blocked && next > 5000) {
      blocked = true;
      for (const end = Date.now() + 2000; Date.now() < end; );
    }
  }
  assert.strictEqual(next, 30000);
  assert.strictEqual(await writer.ended, 0, writer.complained);
  queue.close();
});

test('a stopped writer is waited for', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 1 << 14});
  const writer = start('writer.js', queue.stats().id, 20000);
  let next = 0;
  for await (const batch of queue.batches(patience)) {
    next = checkBatch(batch, next);
    if (next < 10000 || writer.stopped) continue;
    writer.stopped = true;
    writer.kill('SIGSTOP');
    setTimeout(() => writer.kill('SIGCONT'), 1000);
  }
  assert.strictEqual(next, 20000);
  assert.ok(writer.stopped);
  assert.strictEqual(await writer.ended, 0, writer.complained);
  queue.close();
});
