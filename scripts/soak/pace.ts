/** How often something is done beside the load, and until when. */
export interface Pace {
  readonly everyMs: number;
  readonly isOver: () => boolean;
}
