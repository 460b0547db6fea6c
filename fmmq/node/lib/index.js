'use strict';
const {native} = require('./native.js');
const {FmmqError, AbortError, codes} = require('./errors.js');
const {Queue} = require('./queue.js');
const {Producer} = require('./producer.js');
const {Consumer, Observer} = require('./reader.js');
const {SharedString} = require('./shared_string.js');
const {Batch} = require('./batch.js');

module.exports = {
  Queue,
  Producer,
  Consumer,
  Observer,
  SharedString,
  Batch,
  FmmqError,
  AbortError,
  codes,
  version: native.libraryVersion,
};
