/** Sizes that tests set small, so that few elements make all structures split, merge and grow. */
export const tuning = {
  /** Entries a node of a new B+tree holds; at least 4. */
  nodeCapacity: 32,
}

/** How often structures were rebuilt in this thread; tests look here to know what they have reached. */
export const tally = { splits: 0, merges: 0, resizes: 0, coalescings: 0 }
