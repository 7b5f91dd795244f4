/** What may be dragged on the wall, as types of drag data. */
export const cameraDrag = 'application/x-camera-id'
export const tileDrag = 'application/x-wall-tile'
