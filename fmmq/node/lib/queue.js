// A queue: made, opened, found; what is made from it.
'use strict';
const {native, lost} = require('./native.js');
const {check, errorOf} = require('./errors.js');
const {
  toBytes, toText, toObject, toWhole, toChoice, toOptions, ACCESS, FROM, GROUP_KIND,
} = require('./arguments.js');
const {made, disposable} = require('./handle.js');
const {Producer} = require('./producer.js');
const {Consumer, Observer} = require('./reader.js');
const {SharedString} = require('./shared_string.js');

const CREATE = 0;
const OPEN_OR_CREATE = 1;
const CREATE_ANONYMOUS = 2;
const LARGEST_INT = 2 ** 31 - 1;

function accessOf(options) {
  return toChoice(toObject(options, 'options').access ?? 'best', 'options.access', ACCESS);
}

function object(result, call) {
  if (typeof result === 'number') throw errorOf(result, call);
  return result;
}

// The stream of an end of its own, which closes with it, also when there is no stream to be made.
function streamOf(end, make) {
  try {
    return make(end);
  } catch (error) {
    end.close();
    throw error;
  }
}

class Queue {
  _place;
  #producer = null; // its own ends, for tryWrite, tryRead and the like
  #consumer = null;
  #sharedString = null;

  constructor(token, place) {
    if (token !== made) throw new TypeError('Queues come from Queue.create, open, connect');
    this._place = place;
    lost.register(this, place, this);
  }

  // ---- opening ----

  static #made(result, call) {
    return new Queue(made, check(result, call));
  }
  static create(name, options) {
    return Queue.#made(native.create(CREATE, toText(name, 'name'), toOptions(options)), 'create');
  }
  static openOrCreate(name, options) {
    const result = native.create(OPEN_OR_CREATE, toText(name, 'name'), toOptions(options));
    return Queue.#made(result, 'openOrCreate');
  }
  static createAnonymous(id, options) {
    const result = native.create(CREATE_ANONYMOUS, toBytes(id, 'id'), toOptions(options));
    return Queue.#made(result, 'createAnonymous');
  }
  static open(name, options) {
    return Queue.#made(native.open(toText(name, 'name'), accessOf(options)), 'open');
  }
  static openDescriptor(descriptor, options) {
    const number = toWhole(descriptor, 'descriptor', 0, LARGEST_INT);
    return Queue.#made(native.openDescriptor(number, accessOf(options)), 'openDescriptor');
  }
  // `program`: a piece of a command line, or the number of a process.
  static connect(program, id, options) {
    const where = typeof program === 'number' ?
      toWhole(program, 'program', 1, LARGEST_INT) : toText(program, 'program');
    return Queue.#made(native.connect(where, toBytes(id, 'id'), accessOf(options)), 'connect');
  }

  // ---- without opening ----

  static remove(name) {
    check(native.remove(toText(name, 'name')), 'remove');
  }
  static list() {
    return object(native.list(), 'list');
  }

  // ---- ends ----

  producer() {
    return new Producer(made, check(native.newProducer(this._place), 'producer'));
  }

  // A member of a group; without a name, of `default`, which is durable and shared.
  join(group, options) {
    if (group === undefined) return new Consumer(made, check(native.join(this._place), 'join'));
    const {kind = 'shared', durable = false, from = 'now'} = toObject(options, 'options');
    const result = native.join(this._place, toText(group, 'group'),
      toChoice(kind, 'options.kind', GROUP_KIND), Boolean(durable),
      toChoice(from, 'options.from', FROM));
    return new Consumer(made, check(result, 'join'));
  }

  observe(options) {
    const {from = 'now'} = toObject(options, 'options');
    const result = native.observe(this._place, toChoice(from, 'options.from', FROM));
    return new Observer(made, check(result, 'observe'));
  }

  get sharedString() {
    this.#sharedString ??= new SharedString(made, this);
    return this.#sharedString;
  }

  // ---- the same without an end: the queue's own producer, and its member of `default` ----

  get #writer() {
    this.#producer ??= this.producer();
    return this.#producer;
  }
  get #reader() {
    this.#consumer ??= this.join();
    return this.#consumer;
  }
  tryWrite(message) {
    return (this.#producer ?? this.#writer).tryWrite(message);
  }
  writeBatch(messages, offsets) {
    return this.#writer.writeBatch(messages, offsets);
  }
  end() {
    this.#writer.end();
  }
  tryRead() {
    return (this.#consumer ?? this.#reader).tryRead();
  }
  readInto(buffer) {
    return this.#reader.readInto(buffer);
  }
  readBatch(max) {
    return (this.#consumer ?? this.#reader).readBatch(max);
  }
  async write(message, options) {
    return this.#writer.write(message, options);
  }
  async writeAll(messages, options) {
    return this.#writer.writeAll(messages, options);
  }
  async read(options) {
    return this.#reader.read(options);
  }
  messages(options) {
    return this.#reader.messages(options);
  }
  batches(options) {
    return this.#reader.batches(options);
  }
  [Symbol.asyncIterator]() {
    return this.#reader.messages();
  }
  // Streams with an end of their own, which closes with the stream.
  writable(options) {
    const given = {...toObject(options, 'options'), closes: true};
    return streamOf(this.producer(), (end) => end.writable(given));
  }
  readable(options) {
    const {group, ...rest} = toObject(options, 'options');
    return streamOf(this.join(group, rest), (end) => end.readable({...rest, closes: true}));
  }

  // ---- looking and caring ----

  stats() {
    const stats = object(native.getInfo(this._place), 'stats');
    stats.created = new Date(stats.created);
    return stats;
  }
  groups() {
    return object(native.getGroups(this._place), 'groups');
  }
  presence() {
    return object(native.getPresence(this._place), 'presence');
  }
  dropGroup(group) {
    check(native.dropGroup(this._place, toText(group, 'group')), 'dropGroup');
  }
  letWritersOverwrite() {
    check(native.letWritersOverwrite(this._place), 'letWritersOverwrite');
  }
  prefault() {
    check(native.prefault(this._place), 'prefault');
  }
  get maxMessageSize() {
    return native.getMaxMessageSize(this._place);
  }
  get descriptor() {
    return native.getDescriptor(this._place);
  }
  get isOpen() {
    return this._place !== 0;
  }

  // Closes the queue and its own ends; what `producer`, `join` and `observe` made stays open.
  close() {
    const place = this._place;
    if (place === 0) return;
    this._place = 0;
    lost.unregister(this);
    this.#producer?.close();
    this.#consumer?.close();
    check(native.close(place), 'close');
  }
}
disposable(Queue);

module.exports = {Queue};
