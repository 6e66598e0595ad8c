/** The whole database at once: what there is, copied out under one snapshot, and filled again. */
export { type Catalogue, readCatalogue, type Table } from './catalogue.ts'
export { copyStatement, filling, fillTable, type Filling, inSnapshot, rowsOf } from './copy.ts'
export { emptyTables, holdsRows, usedByOthers } from './look.ts'
export { beginRestore, endRestore, refuseUnfinished } from './restoring.ts'
