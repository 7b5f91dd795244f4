/** The grid of blocks in which two pictures are compared. */
export const blockColumns = 32
export const blockRows = 18
