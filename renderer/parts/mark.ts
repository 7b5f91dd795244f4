/** The meanings of a state, each a shape of its own. */
export type Mark = 'ok' | 'soon' | 'late' | 'unknown' | 'stopped'
