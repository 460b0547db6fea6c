// FastMmapMQ's twelve functions. What each does is said in fmmq/compat/fastmmapmq.h; here strings
// are JavaScript's. `...Async` takes a callback last, which gets the result.
'use strict';
const native = require('./build/Release/fastmmapmq.node');

// Done at the call, so that what is written is there for the next line; told on the loop.
const tellLater = (call) => (...given) => {
  const callback = typeof given.at(-1) === 'function' ? given.pop() : () => {};
  const result = call(...given);
  setImmediate(() => callback(result));
};

// These look through /proc, or make files: done on the loop, too.
const doLater = (call) => (...given) => {
  const callback = typeof given.at(-1) === 'function' ? given.pop() : () => {};
  setImmediate(() => tellLater(call)(...given, callback));
};

for (const [name, call] of Object.entries(native)) {
  exports[`${name}Sync`] = call;
  exports[`${name}Async`] = name.endsWith('Mmap') ? doLater(call) : tellLater(call);
}
