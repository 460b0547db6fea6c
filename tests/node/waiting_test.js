'use strict';
const assert = require('node:assert');
const {test} = require('node:test');
const {
  Queue, uniqueName, payload, start, sleep, until, untilArmed,
} = require('./support.js');

const patience = {timeout: 60e3};
const isTimeout = {code: 'FMMQ_TIMEOUT'};

test('a read waits for a message, a write for room, in their order', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 4096});
  let armed = untilArmed();
  const reads = [queue.read(patience), queue.read(patience), queue.read()];
  await armed;
  for (let i = 0; i < 3; ++i) queue.tryWrite(payload(i, 50));
  assert.deepStrictEqual(await Promise.all(reads), [0, 1, 2].map((i) => payload(i, 50)));

  armed = untilArmed();
  const writes = Array.from({length: 100}, (_, i) => queue.write(payload(i, 100)));
  await armed;
  assert.strictEqual(queue.tryWrite('too early'), false);
  assert.strictEqual(queue.writeBatch(['too early']), 0);
  for (let i = 0; i < 100; ++i) assert.deepStrictEqual(await queue.read(patience), payload(i, 100));
  await Promise.all(writes);
  assert.ok(queue.tryWrite('now'));
  queue.close();
});

test('deadlines and signals end a wait, and only that one', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 4096});
  const began = performance.now();
  await assert.rejects(queue.read({timeout: 100}), isTimeout);
  assert.ok(performance.now() - began >= 95);
  await assert.rejects(queue.read({timeout: 0}), isTimeout);

  const ending = new AbortController();
  const [aborted, other] = [queue.read({signal: ending.signal}), queue.read(patience)];
  ending.abort('enough');
  await assert.rejects(aborted, (error) =>
    error.name === 'AbortError' && error.code === 'ABORT_ERR' && error.cause === 'enough');
  await assert.rejects(queue.read({signal: ending.signal}), {name: 'AbortError'});
  queue.tryWrite('for the other');
  assert.strictEqual(String(await other), 'for the other');

  while (queue.tryWrite(payload(0, 100)));
  await assert.rejects(queue.write('x', {timeout: 30}), isTimeout);
  await assert.rejects(queue.write('x', {signal: AbortSignal.timeout(30)}), {name: 'AbortError'});
  await assert.rejects(queue.writeAll(['x', 'y'], {timeout: 30}), (error) =>
    error.code === 'FMMQ_TIMEOUT' && error.written === 0);
  assert.deepStrictEqual(queue.tryRead(), payload(0, 100));
  queue.tryRead();
  await queue.write('fits again', patience);
  queue.close();
});

test('a wait with a deadline or a signal is over at once when it can be', async () => {
  const queue = Queue.create(uniqueName());
  const going = new AbortController();
  const given = {timeout: 60e3, signal: going.signal};
  // Not always: the first one after a while, and any on a busy machine, lets the loop turn first.
  await until(async () => {
    await queue.write('x', given);
    let turned = false;
    setImmediate(() => (turned = true));
    await queue.write('y', given);
    for (const text of ['x', 'y']) assert.strictEqual(String(await queue.read(given)), text);
    return !turned;
  }, 'a write and a read without a turn of the loop');

  queue.tryWrite('stays');
  going.abort();
  for (const wrong of [given, {timeout: -1}, {signal: 5}, null]) {
    await assert.rejects(queue.read(wrong), Error);
    await assert.rejects(queue.write('never written', wrong), Error);
  }
  assert.strictEqual(String(queue.tryRead()), 'stays');
  assert.strictEqual(queue.tryRead(), null);
  queue.close();
});

test('a message that came while the loop was blocked is not too late', async () => {
  const queue = Queue.create(uniqueName());
  const read = queue.read({timeout: 50});
  await sleep(10);
  queue.tryWrite('in time');
  for (const end = Date.now() + 300; Date.now() < end; );
  assert.strictEqual(String(await read), 'in time');
  queue.close();
});

test('reads that wait reject when their queue closes', async () => {
  const queue = Queue.create(uniqueName());
  const consumer = queue.join('group');
  const observer = queue.observe();
  const writer = queue.producer();
  while (writer.tryWrite(payload(0, 1000)));
  const waits = [
    observer.read(), queue.messages().next(), consumer.batches().next(), writer.write('x'),
  ];
  for (let batch; (batch = consumer.readBatch()) !== null; );
  while (observer.tryRead() !== null);
  const more = [consumer.read(), observer.read()];
  for (const handle of [consumer, observer, writer, queue]) handle.close();
  const ends = await Promise.allSettled([...waits, ...more]);
  const closed = ends.filter(({reason}) => reason !== undefined);
  assert.ok(closed.length >= 3);
  for (const {reason} of closed) assert.strictEqual(reason.code, 'FMMQ_CLOSED');
  await assert.rejects(queue.read(), {code: 'FMMQ_CLOSED'});
});

test('for await ends at the end of the stream, over messages and over batches', async () => {
  const name = uniqueName();
  const queue = Queue.create(name, {capacity: 8192});
  const [messages, batches, observer] = [queue.join('m'), queue.join('b'), queue.observe()];
  queue.dropGroup('default');
  const count = 3000;
  const collect = async (iterable, seen = []) => {
    for await (const message of iterable) seen.push(Buffer.from(message));
    return seen;
  };
  async function* flat() {
    for await (const batch of batches.batches({max: 50})) {
      assert.ok(batch.length <= 50);
      yield* batch;
    }
  }
  const reading = [collect(messages), collect(flat()), collect(observer)];
  for (let i = 0; i < count; ++i) await queue.write(payload(i, i % 100));
  queue.end();
  const [inMessages, inBatches, observed] = await Promise.all(reading);
  const sent = Array.from({length: count}, (_, i) => payload(i, i % 100));
  assert.deepStrictEqual(inMessages, sent);
  assert.deepStrictEqual(inBatches, sent);
  assert.deepStrictEqual(observed.at(-1), sent.at(-1));
  assert.deepStrictEqual(await messages.messages().next(), {value: undefined, done: true});
  for (const handle of [messages, batches, observer, queue]) handle.close();
});

test('for await can be left, aborted, and taken up again', async () => {
  const queue = Queue.create(uniqueName());
  for (let i = 0; i < 5; ++i) queue.tryWrite(String(i));
  const seen = [];
  for await (const message of queue) {
    seen.push(String(message));
    if (seen.length === 2) break;
  }
  const ending = new AbortController();
  await assert.rejects(async () => {
    for await (const message of queue.messages({signal: ending.signal})) {
      if (seen.push(String(message)) === 5) untilArmed().then(() => ending.abort());
    }
  }, {name: 'AbortError'});
  assert.deepStrictEqual(seen, ['0', '1', '2', '3', '4']);
  queue.close();
});

test('a full queue does not keep the loop from others', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 1 << 22});
  while (queue.tryWrite(payload(1, 16)));
  let ticks = 0;
  const timer = setInterval(() => ++ticks, 1);
  let read = 0;
  for await (const message of queue) if (++read === 100000) break;
  assert.ok(ticks > 2, `${ticks} ticks`);
  ticks = 0;
  while (read++ < 130000) await queue.read();
  for (let i = 0; i < 60000; ++i) await queue.write('');
  assert.ok(ticks > 2, `${ticks} ticks`);
  clearInterval(timer);
  queue.close();
});

test('ready: a writer of its own pace', async () => {
  const queue = Queue.create(uniqueName(), {capacity: 4096});
  const producer = queue.producer();
  const reading = (async () => {
    for (let next = 0; next < 5000; ) {
      for (const message of queue.readBatch(20) ?? []) {
        assert.deepStrictEqual(message, payload(next++, 60));
      }
      await sleep(0);
    }
  })();
  for (let i = 0; i < 5000; ++i) {
    while (!producer.tryWrite(payload(i, 60))) await producer.ready(60);
  }
  await reading;
  while (producer.tryWrite(payload(0, 60)));
  await assert.rejects((async () => {
    for (;;) await producer.ready(60, {timeout: 30}); // it may resolve for nothing, now and then
  })(), isTimeout);
  producer.close();
  queue.close();
});

const ways = {untouched: true, unref: true, used: false, pending: false};
for (const [how, ends] of Object.entries(ways)) {
  test(`a process with nothing pending ends: ${how}`, async () => {
    const queue = Queue.create(uniqueName());
    const child = start('idle.js', queue.stats().id, how);
    if (!ends) {
      const lives = () => child.printed.split('alive\n').length > 5;
      await until(() => lives() || child.exitCode !== null, 'a process that goes on');
      assert.strictEqual(child.exitCode, null, 'it ended without the message');
      queue.tryWrite('go');
    }
    assert.strictEqual(await child.ended, 0, child.complained);
    const printed = child.printed.replaceAll('alive\n', '');
    assert.strictEqual(printed, ends ? 'done\n' : 'asleep\ngo\ndone\n');
    assert.strictEqual(queue.presence().members, 0);
    queue.close();
  });
}
