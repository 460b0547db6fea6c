// Types of the package fmmq. What the calls do is said in README.md.
/// <reference types="node" />
import { Readable, ReadableOptions, Writable, WritableOptions } from 'stream';

declare global {
  // Older TypeScript and Node do not have it; newer ones declare the same.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/** Strings are written as UTF-8. */
export type Bytes = string | ArrayBuffer | SharedArrayBuffer | ArrayBufferView;

/**
 * A message that was read; nobody else writes to its bytes. Small ones share an ArrayBuffer, which
 * cannot be transferred.
 */
export interface Message extends Buffer {
  /** A reader died with it in hand: it may have worked on it already. */
  readonly redelivered?: true;
  /** Positions (blocks) that writers overwrote before it; absent for 0. */
  readonly lost?: number;
}

export interface QueueOptions {
  /** Bytes of the ring; rounded up to a power of two of at least a page. Default 1 MiB. */
  capacity?: number;
  /** The unit of the ring in bytes: a power of two, 16 to 4096. Default 32. */
  blockSize?: number;
  /** Producers and members of groups at the same time: 1 to 1024. Default 64. */
  seats?: number;
  /** Groups at the same time: 0 to 256. Default 16. */
  groups?: number;
  /** Bytes of the shared string: 0, the default, for none; at most 16 MiB. */
  stringSize?: number;
  /** What happens when a writer reaches what groups have not read. Default 'lossless'. */
  policy?: 'lossless' | 'overwrite' | 'compat';
  /** One producer at a time, which then writes without contention. Default false. */
  singleProducer?: boolean;
  /** Whether the durable group `default` exists from creation. Default true. */
  defaultGroup?: boolean;
  /** Permission bits. Default 0o600. */
  mode?: number;
}

export interface AccessOptions {
  /** Default 'best': read and write where permissions allow it, else read only. */
  access?: 'best' | 'read-only' | 'read-write';
}

export interface FromOptions {
  /** Where reading begins: with what comes, the default, or the oldest that is still there. */
  from?: 'now' | 'oldest';
}

export interface GroupOptions extends FromOptions {
  /** Members compete, the default, or there is one at a time. */
  kind?: 'shared' | 'exclusive';
  /** It outlives its members, and holds writers back without them. Default false. */
  durable?: boolean;
}

export interface WaitOptions {
  /** Milliseconds; then FMMQ_TIMEOUT. Default: no end. */
  timeout?: number;
  /** Aborting rejects with an AbortError. */
  signal?: AbortSignal;
}

export interface BatchOptions extends WaitOptions {
  /** Messages at most. Default 1024. */
  max?: number;
}

export interface Stats {
  messages: number;
  bytes: number;
  misses: number;
  lost: number;
  redelivered: number;
  rescues: number;
}

export interface QueueStats {
  id: string;
  uuid: string;
  anonymous: boolean;
  writable: boolean;
  policy: 'lossless' | 'overwrite' | 'compat' | 'unknown';
  singleProducer: boolean;
  capacity: number;
  blockSize: number;
  seats: number;
  groups: number;
  stringSize: number;
  segmentBytes: number;
  created: Date;
  head: number;
  recoveries: number;
  writtenMessages: number;
  writtenBytes: number;
  readMessages: number;
  readBytes: number;
  ended: boolean;
  producers: number;
  members: number;
}

export interface GroupStats {
  name: string;
  kind: 'shared' | 'exclusive';
  durable: boolean;
  cursor: number;
  lag: number;
  lost: number;
  redelivered: number;
  members: number;
}

export interface Presence {
  producers: number;
  members: number;
  observers: number;
}

/** Messages in one Buffer. Valid until the next `readBatch` of its reader. */
export class Batch implements Iterable<Buffer> {
  private constructor();
  readonly length: number;
  readonly buffer: Buffer;
  /** Message i lies between offsets[i] and offsets[i + 1] in `buffer`. */
  readonly offsets: Uint32Array;
  /** Positions that writers overwrote before or between these messages. */
  readonly lost: number;
  /** Whether the last message was in the hand of a reader that died. */
  readonly redelivered: boolean;
  message(index: number): Buffer | undefined;
  [Symbol.iterator](): IterableIterator<Buffer>;
}

export interface MessageIterator<T> extends AsyncIterableIterator<T> {
  return(): Promise<IteratorResult<T>>;
}

interface Writing {
  /** False: no room now. */
  tryWrite(message: Bytes): boolean;
  /** How many were written: those that fit. */
  writeBatch(messages: readonly Bytes[] | Batch): number;
  writeBatch(bytes: Bytes, offsets: Uint32Array): number;
  write(message: Bytes, options?: WaitOptions): Promise<void>;
  writeAll(messages: readonly Bytes[], options?: WaitOptions): Promise<void>;
  /** Ends the stream, for good and for all producers. */
  end(): void;
}

interface Reading extends AsyncIterable<Message> {
  /** Null: nothing now. */
  tryRead(): Message | null;
  readInto(buffer: Uint8Array): number | null;
  readBatch(max?: number): Batch | null;
  read(options?: WaitOptions): Promise<Message>;
  messages(options?: WaitOptions): MessageIterator<Message>;
  batches(options?: BatchOptions): MessageIterator<Batch>;
  [Symbol.asyncIterator](): MessageIterator<Message>;
}

interface Closing {
  readonly isOpen: boolean;
  close(): void;
  [Symbol.dispose](): void;
}

interface Waiter {
  /** Whether what waits keeps the process alive, as it does at first. */
  ref(): this;
  unref(): this;
  stats(): Stats;
}

export interface QueueWritableOptions extends WritableOptions {
  /** The end of this stream ends the queue's, for all producers. Default false. */
  endStream?: boolean;
}

export interface Producer extends Writing, Closing, Waiter {
  /** Resolves when it is worth trying to write a message of so many bytes (0 to 2 ** 32 - 1). */
  ready(size?: number, options?: WaitOptions): Promise<void>;
  writable(options?: QueueWritableOptions): Writable;
}
export class Producer {
  private constructor();
}

interface Reader extends Reading, Closing, Waiter {
  /** Positions that were overwritten before this reader came to them; 0 when closed. */
  readonly lost: number;
  /** Where this reader's last message stood, in blocks since creation; 0 before the first one. */
  readonly lastPosition: number;
  readable(options?: ReadableOptions): Readable;
}
export interface Consumer extends Reader {}
export class Consumer {
  private constructor();
}
export interface Observer extends Reader {}
export class Observer {
  private constructor();
}

export class SharedString {
  private constructor();
  get(): Buffer;
  get(encoding: BufferEncoding): string;
  readonly version: number;
  trySet(value: Bytes): boolean;
  set(value: Bytes, options?: WaitOptions): Promise<void>;
  wait(version: number, options?: WaitOptions): Promise<number>;
}

export interface Queue extends Writing, Reading, Closing {}
export class Queue {
  private constructor();
  static create(name: string, options?: QueueOptions): Queue;
  static open(name: string, options?: AccessOptions): Queue;
  static openOrCreate(name: string, options?: QueueOptions): Queue;
  static createAnonymous(id: Bytes, options?: QueueOptions): Queue;
  /** `program`: a piece of a command line, or the number of a process. */
  static connect(program: string | number, id: Bytes, options?: AccessOptions): Queue;
  static openDescriptor(descriptor: number, options?: AccessOptions): Queue;
  static remove(name: string): void;
  static list(): string[];

  producer(): Producer;
  join(group?: string, options?: GroupOptions): Consumer;
  observe(options?: FromOptions): Observer;
  readonly sharedString: SharedString;
  writable(options?: QueueWritableOptions): Writable;
  readable(options?: ReadableOptions & GroupOptions & { group?: string }): Readable;

  stats(): QueueStats;
  groups(): GroupStats[];
  presence(): Presence;
  dropGroup(group: string): void;
  letWritersOverwrite(): void;
  prefault(): void;
  readonly maxMessageSize: number;
  readonly descriptor: number;
}

export class FmmqError extends Error {
  constructor(status: number, call: string, errno?: number);
  /** 'FMMQ_FULL' and the like: see `codes`. */
  readonly code: string;
  /** What the system said, as in os.constants.errno; else 0. */
  readonly errno: number;
  readonly call: string;
  /** With FMMQ_BUFFER_TOO_SMALL: bytes that the message needs. */
  readonly size?: number;
  /** From writeAll: messages that were written. */
  readonly written?: number;
}
export class AbortError extends Error {
  constructor(signal: AbortSignal);
  readonly code: 'ABORT_ERR';
  readonly errno: 0;
}

/** Each code, with its number in the C API. */
export const codes: Readonly<Record<string, number>>;
export const version: string;
