import fmmq from './index.js';

export const {
  Queue,
  Producer,
  Consumer,
  Observer,
  SharedString,
  Batch,
  FmmqError,
  AbortError,
  codes,
  version,
} = fmmq;
export default fmmq;
