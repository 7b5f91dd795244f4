/** Limits of a search for cases. Apart from the contract, which would bring the schema library into the page's start. */

/** UTF-16 units. */
export const maxSearchText = 100
/** A search finds at most so many cases, the first in the view's order: more is a reason for another word. */
export const mostFound = 2000
