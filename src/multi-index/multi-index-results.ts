/** What `insert` did: the row is there, or another row is in the way, in the index named, and nothing has changed. */
export type InsertResult<IndexName, Row> =
  | { readonly inserted: true; readonly row: Row; readonly index?: undefined }
  | { readonly inserted: false; readonly row: Row; readonly index: IndexName }

/** What `modify` or `replace` did: the row is changed, or another row is in the way and nothing has changed. */
export type ModifyResult<IndexName, Row> =
  | { readonly modified: true; readonly row: Row; readonly index?: undefined }
  | { readonly modified: false; readonly row: Row; readonly index: IndexName }

/** What `moveTo` did: the row is in the other table, or a row there is in the way and nothing has changed. */
export type MoveResult<IndexName, Row> =
  | { readonly moved: true; readonly row: Row; readonly index?: undefined }
  | { readonly moved: false; readonly row: Row; readonly index: IndexName }
