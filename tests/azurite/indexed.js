// Loaded into Azurite before it starts (node --require): it finds tables by their names and rows by their keys, as Azure does.
// Azurite by itself looks at each table and each of its rows for each query, so that tests would slow each other down.
'use strict';

const { default: Store } = require('azurite/dist/src/table/persistence/LokiTableMetadataStore.js');

const Loki = require('lokijs');

const { addCollection, removeCollection } = Loki.prototype;
const { createCollectionForTable, queryTableEntities } = Store.prototype;

Loki.prototype.addCollection = function (name, options) {
  const collection = addCollection.call(this, name, options);
  (this.collectionsByName ??= new Map()).set(name, collection);
  return collection;
};

Loki.prototype.removeCollection = function (name) {
  this.collectionsByName?.delete(name);
  return removeCollection.call(this, name);
};

Loki.prototype.getCollection = function (name) {
  return this.collectionsByName?.get(name) ?? null;
};

// Of a table's rows, by partition, in the order of their keys.
class Index {
  #partitions = new Map();

  put(row) {
    const partition = this.#partitions.get(row.PartitionKey) ?? { keys: [], rows: new Map() };
    this.#partitions.set(row.PartitionKey, partition);
    if (!partition.rows.has(row.RowKey)) partition.keys.splice(placeOf(partition.keys, row.RowKey), 0, row.RowKey);
    partition.rows.set(row.RowKey, row);
  }

  take({ PartitionKey, RowKey }) {
    const { keys, rows } = this.#partitions.get(PartitionKey);
    if (rows.delete(RowKey)) keys.splice(placeOf(keys, RowKey), 1);
  }

  find({ PartitionKey, RowKey }) {
    return this.#partitions.get(PartitionKey)?.rows.get(RowKey) ?? null;
  }

  // Up to but without the last key; an end that is missing is open.
  range(partitionKey, from, to) {
    const { keys, rows } = this.#partitions.get(partitionKey) ?? { keys: [], rows: new Map() };
    return keys.slice(from === undefined ? 0 : placeOf(keys, from), to === undefined ? keys.length : placeOf(keys, to))
      .map(key => rows.get(key));
  }
}

// Where a key stands among others, or would stand.
function placeOf(keys, key) {
  let [least, most] = [0, keys.length];
  while (least < most) {
    const middle = (least + most) >> 1;
    if (keys[middle] < key) least = middle + 1;
    else most = middle;
  }
  return least;
}

// What Azurite does with rows that it has found.
class Found {
  #rows;

  constructor(rows) {
    this.#rows = rows;
  }

  where = fits => new Found(this.#rows.filter(fits));
  sort = compare => new Found([...this.#rows].sort(compare));
  limit = most => new Found(this.#rows.slice(0, most));
  data = () => this.#rows;
}

Store.prototype.createCollectionForTable = function (table) {
  createCollectionForTable.call(this, table);
  const collection = this.db.getCollection(this.getTableCollectionName(table.account, table.table));
  const index = new Index();
  collection.binaryIndices = {};
  collection.on('insert', row => index.put(row));
  collection.on('update', row => index.put(row));
  collection.on('delete', row => index.take(row));
  collection.findOne = keys => index.find(keys);
  collection.rowsOf = filter => new Found(rowsOf(index, filter) ?? collection.data);
};

// At least the rows of a filter, which looks at each of them afterwards; null where it does not name a partition.
function rowsOf(index, filter = '') {
  const keyBehind = comparison => new RegExp(`${comparison} '((?:[^']|'')*)'`).exec(filter)?.[1].replaceAll("''", "'");
  const partitionKey = / or |\bnot\b/.test(filter) ? undefined : keyBehind('^PartitionKey eq');
  return partitionKey === undefined ? null : index.range(partitionKey, keyBehind('and RowKey ge'), keyBehind('and RowKey lt'));
}

Store.prototype.queryTableEntities = function (context, account, table, options, ...continuation) {
  const store = Object.create(this);
  store.getEntityCollection = (...names) => {
    const collection = this.getEntityCollection(...names);
    return { chain: () => collection.rowsOf(options.filter) };
  };
  return queryTableEntities.call(store, context, account, table, options, ...continuation);
};
