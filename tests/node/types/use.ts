// Everything that index.d.ts has, used as it is meant; and, marked, what it has to refuse.
import { Readable, Writable } from 'stream';
import * as fmmq from 'fmmq';
import { AbortError, Batch, Consumer, FmmqError, Message, Observer, Producer, Queue } from 'fmmq';
import * as old from 'fastmmapmq';

async function write(queue: Queue, producer: Producer): Promise<number> {
  const done: boolean = queue.tryWrite('text') && producer.tryWrite(new Float64Array(3));
  await queue.write(Buffer.alloc(1), { timeout: 10, signal: new AbortController().signal });
  await producer.writeAll(['a', new ArrayBuffer(3)]);
  await producer.ready(64, { timeout: 5 });
  const stream: Writable = producer.writable({ endStream: true, highWaterMark: 5 });
  stream.end();
  producer.ref().unref().end();
  return queue.writeBatch(['a']) + producer.writeBatch('ab', Uint32Array.of(0, 1, 2)) + Number(done);
}

async function read(queue: Queue, reader: Consumer | Observer): Promise<void> {
  const message: Message | null = reader.tryRead();
  const mark: true | undefined = message?.redelivered;
  const lost: number = (message?.lost ?? 0) + reader.lost + reader.stats().lost;
  const size: number | null = reader.readInto(Buffer.alloc(8));
  const batch: Batch | null = queue.readBatch(10);
  if (batch !== null) queue.writeBatch(batch);
  for (const one of batch ?? []) one.toString('hex');
  const waited: Message = await reader.read({ timeout: 1 });
  for await (const one of reader) one.readUInt8(0);
  for await (const one of queue.messages()) one.readUInt8(0);
  for await (const some of queue.batches({ max: 5, timeout: 10 })) some.message(0)?.length;
  const stream: Readable = queue.readable({ group: 'g', durable: true, highWaterMark: 3 });
  stream.pipe(queue.writable());
  console.log(mark, lost, size, waited.lost, reader.isOpen);
  reader[Symbol.dispose]();
}

async function rest(): Promise<void> {
  const queue = Queue.openOrCreate('name', { capacity: 4096, policy: 'overwrite', mode: 0o600 });
  const other: Queue = Queue.connect(17, Buffer.from('id'), { access: 'read-only' });
  const names: string[] = Queue.list();
  const version: number = await queue.sharedString.wait(queue.sharedString.version, { timeout: 3 });
  const text: string = queue.sharedString.get('utf8');
  await queue.sharedString.set(queue.sharedString.get());
  const when: Date = queue.stats().created;
  queue.join('group', { kind: 'exclusive', from: 'oldest' }).close();
  queue.observe({ from: 'oldest' }).close();
  console.log(other.presence().members, names, version, text, when, queue.groups()[0].lag);
  try {
    Queue.remove('name');
  } catch (error) {
    if (error instanceof FmmqError) console.log(error.code, error.errno, error.written, error.size);
    if (error instanceof AbortError) console.log(error.code);
  }
  console.log(fmmq.codes.FMMQ_FULL, fmmq.version);
  const number: number = old.CreateMmapSync('id', 'rwx------');
  old.ReadAsync(number, 0, (found: string) => found.length);
  old.CreateMmapAsync('id', 'rwx------', (made: number) => made);
}

// What has to be refused.
function wrong(queue: Queue): void {
  // @ts-expect-error: no such policy
  Queue.create('name', { policy: 'none' });
  // @ts-expect-error: a number is no message
  queue.tryWrite(5);
  // @ts-expect-error: null when there is none
  const size: number = queue.readInto(Buffer.alloc(1));
  // @ts-expect-error: made by a queue
  new Producer();
  // @ts-expect-error: a queue has no `ready`
  queue.ready();
  // @ts-expect-error: the callback is last
  old.ReadAsync((text: string) => text, 0, 1);
  console.log(size);
}
export { write, read, rest, wrong };
