'use strict';
const assert = require('node:assert');
const {test} = require('node:test');
const os = require('node:os');
const fmmq = require('./support.js');
const {Queue, FmmqError, codes, uniqueName} = fmmq;

const hasCode = (code) => (error) => error instanceof Error && error.code === code;

test('a queue is created, opened, listed and removed', () => {
  const name = uniqueName();
  const chosen = {capacity: 8192, blockSize: 64, policy: 'overwrite', mode: 0o640};
  const made = Queue.create(name, chosen);
  const found = Queue.open(name);
  assert.ok(Queue.list().includes(name));
  const {capacity, blockSize, policy, id, created, writable, anonymous} = found.stats();
  assert.deepStrictEqual({capacity, blockSize, policy, id, writable, anonymous}, {
    capacity: 8192, blockSize: 64, policy: 'overwrite', id: name, writable: true, anonymous: false,
  });
  assert.ok(Math.abs(created - Date.now()) < 600e3);
  assert.strictEqual(require('node:fs').statSync(`/dev/shm/fmmq.${name}`).mode & 0o777, 0o640);
  Queue.remove(name);
  assert.ok(!Queue.list().includes(name));
  assert.ok(made.tryWrite('still here'));
  made.close();
  found.close();
});

test('errors have a code and the errno of the system', () => {
  const name = uniqueName();
  const queue = Queue.create(name);
  for (const [call, code, errno] of [
    [() => Queue.create(name), 'FMMQ_ALREADY_EXISTS', os.constants.errno.EEXIST],
    [() => Queue.open(`${name}-not`), 'FMMQ_NOT_FOUND', os.constants.errno.ENOENT],
    [() => Queue.create('a/b'), 'FMMQ_BAD_NAME', 0],
    [() => Queue.create('a\0b'), 'FMMQ_BAD_NAME', 0],
    [() => Queue.create('n'.repeat(251)), 'FMMQ_NAME_TOO_LONG', 0],
    [() => Queue.create(uniqueName(), {blockSize: 33}), 'FMMQ_INVALID_ARGUMENT', 0],
    [() => queue.tryWrite(Buffer.alloc(queue.maxMessageSize + 1)), 'FMMQ_TOO_LARGE', 0],
    [() => queue.sharedString.get(), 'FMMQ_NOT_SUPPORTED', 0],
    [() => Queue.connect(process.pid, uniqueName()), 'FMMQ_NOT_FOUND', undefined],
    [() => queue.dropGroup('nobody'), 'FMMQ_NOT_FOUND', undefined],
  ]) {
    assert.throws(call, (error) => {
      assert.ok(error instanceof FmmqError && error instanceof Error, String(error));
      assert.strictEqual(error.code, code);
      if (errno !== undefined) assert.strictEqual(error.errno, errno);
      assert.ok(error.message.length > 10 && error.stack.includes('queue_test.js'));
      return true;
    });
  }
  assert.strictEqual(codes.FMMQ_FULL, 2);
  assert.strictEqual(codes.FMMQ_CORRUPT, 60);
  queue.close();
});

test('what is closed says so', async () => {
  const queue = Queue.create(uniqueName());
  const consumer = queue.join('group');
  const producer = queue.producer();
  const observer = queue.observe();
  for (const one of [consumer, producer, observer, queue]) {
    one.close();
    one.close();
    assert.strictEqual(one.isOpen, false);
    assert.throws(() => one.stats(), hasCode('FMMQ_CLOSED'));
  }
  assert.throws(() => consumer.tryRead(), hasCode('FMMQ_CLOSED'));
  assert.throws(() => consumer.readBatch(), hasCode('FMMQ_CLOSED'));
  assert.throws(() => producer.tryWrite('x'), hasCode('FMMQ_CLOSED'));
  assert.throws(() => queue.tryWrite('x'), hasCode('FMMQ_CLOSED'));
  assert.throws(() => queue.groups(), hasCode('FMMQ_CLOSED'));
  await assert.rejects(queue.read(), hasCode('FMMQ_CLOSED'));
  await assert.rejects(consumer.read(), hasCode('FMMQ_CLOSED'));
  await assert.rejects(producer.write('x'), hasCode('FMMQ_CLOSED'));
});

test('the wrong type is a TypeError, a number out of range a RangeError', async () => {
  const queue = Queue.create(uniqueName());
  const isType = hasCode('ERR_INVALID_ARG_TYPE');
  const isRange = hasCode('ERR_OUT_OF_RANGE');
  for (const call of [
    () => Queue.create(5), () => Queue.create(uniqueName(), 5),
    () => Queue.create(uniqueName(), {capacity: '1'}), () => queue.tryWrite(5),
    () => queue.tryWrite(null), () => queue.tryWrite(), () => queue.tryWrite({}),
    () => queue.writeBatch('no'), () => queue.writeBatch([1]), () => queue.readInto('no'),
    () => queue.readInto(new Uint16Array(8)), () => queue.writeBatch(Buffer.alloc(4), [0, 4]),
  ]) assert.throws(call, (error) => error instanceof TypeError && isType(error), String(call));
  for (const call of [
    () => Queue.create(uniqueName(), {capacity: -1}),
    () => Queue.create(uniqueName(), {policy: 'x'}),
    () => queue.join('g', {kind: 'x'}), () => queue.observe({from: 'never'}),
    () => queue.readBatch(0), () => queue.readBatch(1.5), () => queue.readBatch(2 ** 30),
    () => Queue.open('x', {access: 'toString'}),
  ]) assert.throws(call, (error) => error instanceof RangeError && isRange(error), String(call));
  await assert.rejects(queue.read({timeout: -1}), isRange);
  await assert.rejects(queue.read({timeout: 'x'}), isType);
  await assert.rejects(queue.read({signal: 5}), isType);
  await assert.rejects(queue.read(5), isType);
  await assert.rejects(queue.write(5), isType);
  assert.throws(() => new fmmq.Producer(), TypeError);
  assert.throws(() => new fmmq.Queue(), TypeError);
  queue.close();
});

test('anonymous queues are found by program and id, and through a descriptor', () => {
  const id = Buffer.concat([Buffer.from([1, 0, 255]), Buffer.from(uniqueName())]);
  const made = Queue.createAnonymous(id);
  const program = process.argv[1];
  const found = [
    Queue.connect(program, id),
    Queue.connect(process.pid, id),
    Queue.openDescriptor(made.descriptor),
  ];
  found.forEach((queue, i) => queue.tryWrite(`from ${i}`));
  for (let i = 0; i < 3; ++i) assert.strictEqual(String(made.tryRead()), `from ${i}`);
  assert.ok(made.stats().anonymous);
  for (const queue of [made, ...found]) queue.close();
});

test('groups: each gets all, members share, exclusive ones are taken', () => {
  const queue = Queue.create(uniqueName());
  const one = queue.join('one', {durable: true});
  const [first, second] = [queue.join('two'), queue.join('two')];
  const alone = queue.join('alone', {kind: 'exclusive'});
  assert.throws(() => queue.join('alone', {kind: 'exclusive'}), hasCode('FMMQ_TAKEN'));
  assert.throws(() => queue.join('two', {kind: 'exclusive'}), hasCode('FMMQ_GROUP_MISMATCH'));
  for (let i = 0; i < 4; ++i) queue.tryWrite(String(i));
  const all = (reader) => [...reader.readBatch()].map(String);
  assert.deepStrictEqual(all(one), ['0', '1', '2', '3']);
  assert.deepStrictEqual(all(alone), ['0', '1', '2', '3']);
  const shared = [first, second, first, second].map((member) => String(member.tryRead()));
  assert.deepStrictEqual(shared, ['0', '1', '2', '3']);
  const late = queue.join('late', {from: 'oldest'});
  assert.deepStrictEqual(all(late), ['0', '1', '2', '3']); // `default` still holds them
  const kinds = Object.fromEntries(
    queue.groups().map(({name, kind, members}) => [name, [kind, members]]));
  assert.deepStrictEqual(kinds, {
    default: ['shared', 0], one: ['shared', 1], two: ['shared', 2], alone: ['exclusive', 1],
    late: ['shared', 1],
  });
  assert.deepStrictEqual({...queue.presence()}, {producers: 1, members: 5, observers: 0});
  one.close();
  queue.dropGroup('one');
  assert.ok(!queue.groups().some(({name}) => name === 'one'));
  assert.strictEqual(first.stats().messages, 2);
  for (const handle of [first, second, alone, late, queue]) handle.close();
});

test('observers hold nobody back, and say what they lost', () => {
  const queue = Queue.create(uniqueName(), {capacity: 4096, defaultGroup: false});
  const observer = queue.observe();
  for (let i = 0; i < 1000; ++i) assert.ok(queue.tryWrite(String(i)));
  const message = observer.tryRead();
  assert.ok(Number(message) > 800 && message.lost > 800);
  assert.strictEqual(Number(message), message.lost); // one block each
  assert.strictEqual(observer.lost, message.lost);
  assert.strictEqual(observer.tryRead().lost, undefined);
  const batch = observer.readBatch();
  assert.strictEqual(String(batch.message(batch.length - 1)), '999');
  assert.strictEqual(batch.lost, 0);
  const readOnly = Queue.open(queue.stats().id, {access: 'read-only'});
  assert.throws(() => readOnly.tryWrite('x'), hasCode('FMMQ_READ_ONLY'));
  const spectator = readOnly.observe({from: 'oldest'});
  assert.ok(spectator.tryRead() !== null);
  for (const handle of [observer, queue, spectator, readOnly]) handle.close();
});

test('the shared string: bytes, versions, waiting', async () => {
  const name = uniqueName();
  const queue = Queue.create(name, {stringSize: 5000});
  const other = Queue.open(name);
  assert.strictEqual(queue.sharedString.get('utf8'), '');
  const bytes = fmmq.payload(1, 5000);
  assert.ok(queue.sharedString.trySet(bytes));
  assert.deepStrictEqual(other.sharedString.get(), bytes);
  const version = other.sharedString.version;
  const waits = other.sharedString.wait(version, {timeout: 60e3});
  await queue.sharedString.set('news');
  assert.ok((await waits) > version);
  assert.strictEqual(other.sharedString.get('utf8'), 'news');
  const nothing = other.sharedString.wait(other.sharedString.version, {timeout: 20});
  await assert.rejects(nothing, hasCode('FMMQ_TIMEOUT'));
  await assert.rejects(queue.sharedString.set(Buffer.alloc(5001)), hasCode('FMMQ_TOO_LARGE'));
  const forgotten = other.sharedString.wait(other.sharedString.version);
  other.close();
  await assert.rejects(forgotten, hasCode('FMMQ_CLOSED'));
  queue.close();
});

test('Symbol.dispose closes', {skip: Symbol.dispose === undefined && 'Node before 18.18'}, () => {
  const queue = Queue.create(uniqueName());
  const producer = queue.producer();
  producer[Symbol.dispose]();
  queue[Symbol.dispose]();
  assert.ok(!producer.isOpen && !queue.isOpen);
});
